/* Invented names in the manner of the district's peoples. */
#include "demo.h"

struct name_parts {
	const char *ethnic;
	const char *family[8], *middle_male[4], *middle_female[3];
};

static const struct name_parts parts[ETHNIC_COUNT] = {
	[ETHNIC_TA_OI] = { "Tà Ôi",
			   { "Hồ", "Lê", "Nguyễn", "Trần", "A Viết", "Pi Loong", "Blúp", "Ta Dưr" },
			   { "Văn", "Xuân", "Ngọc", "Minh" },
			   { "Thị", "Thị Kim", "Thị Ngọc" } },
	[ETHNIC_PA_CO] = { "Pa Cô",
			   { "Hồ", "Quỳnh", "Kê", "Viên", "Lê", "Đặng", "A Rất", "Hồ Sỹ" },
			   { "Văn", "Đức", "Thanh", "Quang" },
			   { "Thị", "Thị Thu", "Thị Hồng" } },
	[ETHNIC_CO_TU] = { "Cơ Tu",
			   { "A Lăng", "Zơ Râm", "Bh'ling", "Ating", "Pơ Loong", "Bling", "Trần", "Lê" },
			   { "Văn", "Mạnh", "Tiến", "Hữu" },
			   { "Thị", "Thị Lan", "Thị Bích" } },
	[ETHNIC_KINH] = { "Kinh",
			  { "Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Phan", "Võ", "Đỗ" },
			  { "Văn", "Đình", "Quốc", "Công" },
			  { "Thị", "Thị Thanh", "Thị Mỹ" } },
};

static const char *const given_male[] = { "An",	   "Bình",  "Cường", "Dũng", "Đạt",    "Giang",
					  "Hải",   "Hùng",  "Khánh", "Lâm",  "Long",   "Mạnh",
					  "Nam",   "Phong", "Phúc",  "Quân", "Sơn",    "Tài",
					  "Thắng", "Trung", "Tuấn",  "Vinh", "Nghiệp", "Nhưm" };
static const char *const given_female[] = { "Ánh",   "Cúc",   "Dung",	"Đào",	"Hạnh", "Hiền",
					    "Hoa",   "Huệ",   "Lan",	"Liên", "Loan", "Mai",
					    "Nga",   "Nhung", "Phượng", "Sen",	"Thảo", "Thúy",
					    "Trang", "Tuyết", "Vân",	"Xuân", "Sửu",	"Hơ" };

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

const char *ethnic_name(enum ethnic e)
{
	return parts[e].ethnic;
}

void name_make(struct rng *r, enum ethnic e, bool female, char *out, size_t size)
{
	const struct name_parts *p = &parts[e];
	const char *family = p->family[rng_below(r, COUNT(p->family))];
	const char *middle = female ? p->middle_female[rng_below(r, COUNT(p->middle_female))]
				    : p->middle_male[rng_below(r, COUNT(p->middle_male))];
	const char *given = female ? given_female[rng_below(r, COUNT(given_female))]
				   : given_male[rng_below(r, COUNT(given_male))];

	snprintf(out, size, "%s %s %s", family, middle, given);
}
