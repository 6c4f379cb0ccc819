/* Seals: the chain, the signatures, and every sealed row made a leaf again. When the leaves of a seal are not those that were
 * sealed, its pages tell which row it is: one of the same name with another leaf was changed, one that is only there was
 * deleted, one that is only in the tables was inserted. */
#include <stdlib.h>
#include <string.h>

#include "verify_private.h"
#include "vonvay/mem.h"

#define SEALS_AT_ONCE 200
#define PAGES_AT_ONCE 16
#define SPAN_MIN 10
#define SPAN_MAX 2000
#define ROWS_FEW 2000
#define ROWS_MANY 10000

/* Columns of api.verify_seals. */
enum {
	SEAL_BRANCH,
	SEAL_NUMBER,
	SEAL_FROM_DAY,
	SEAL_BUSINESS_DATE,
	SEAL_CLOSES,
	SEAL_CLOSED_AT,
	SEAL_FIRST,
	SEAL_LAST,
	SEAL_LEAVES,
	SEAL_ROOT,
	SEAL_SALT,
	SEAL_PREVIOUS,
	SEAL_HASH,
	SEAL_KEY_ID,
	SEAL_SIGNATURE,
};

/* Columns of api.verify_pages. */
enum {
	PAGE_NUMBER,
	PAGE_ROOT,
	PAGE_HASHES,
	PAGE_NAMES,
};

/* Columns of api.seal_rows. */
enum {
	ROW_POSITION,
	ROW_NAME,
	ROW_BODY,
};

struct verify_leaf {
	char *name;
	struct merkle_hash hash;
};

struct verify_leaves {
	struct verify_leaf *rows;
	size_t count, room;
};

/* ---- lists of leaves ---- */

static void leaves_add(struct verify_leaves *l, const char *name, size_t len, const struct merkle_hash *hash)
{
	if (l->count == l->room) {
		l->room = l->room ? l->room * 2 : 4096;
		l->rows = xrealloc_array(l->rows, l->room, sizeof *l->rows);
	}
	l->rows[l->count++] = (struct verify_leaf){ xstrndup(name, len), *hash };
}

static void leaves_clear(struct verify_leaves *l)
{
	for (size_t i = 0; i < l->count; i++)
		free(l->rows[i].name);
	free(l->rows);
	*l = (struct verify_leaves){ 0 };
}

static int leaf_cmp(const void *left, const void *right)
{
	const struct verify_leaf *l = left, *r = right;
	int order = strcmp(l->name, r->name);
	return order ? order : memcmp(l->hash.bytes, r->hash.bytes, SHA256_SIZE);
}

static struct merkle_hash leaves_root(const struct verify_leaves *l)
{
	struct merkle_hash *hashes = xcalloc(l->count + 1, sizeof *hashes);
	for (size_t i = 0; i < l->count; i++)
		hashes[i] = l->rows[i].hash;
	struct merkle_hash root = merkle_root(hashes, l->count);
	free(hashes);
	return root;
}

/* ---- what was sealed ---- */

/* The lines of the names belong to the hashes one by one. */
static void verify_page_leaves(struct verify *v, const struct seal *s, int32_t page, const char *names,
			       const unsigned char *hashes, size_t count, struct verify_leaves *sealed)
{
	for (size_t i = 0; i < count; i++) {
		struct merkle_hash hash;
		size_t len = strcspn(names, "\n");
		memcpy(hash.bytes, hashes + i * SHA256_SIZE, SHA256_SIZE);
		leaves_add(sealed, names, len, &hash);
		names += len;
		if ((*names == '\n') != (i + 1 < count)) {
			verify_found(v, "page", s->number, "page %d has not as many names as hashes", page);
			return;
		}
		names += *names == '\n';
	}
}

static void verify_page(struct verify *v, const struct seal *s, const struct db_result *r, int row,
			struct verify_leaves *sealed)
{
	size_t root_len = 0, hashes_len = 0;
	unsigned char *root = db_bytea(r, row, PAGE_ROOT, &root_len);
	unsigned char *hashes = db_bytea(r, row, PAGE_HASHES, &hashes_len);
	size_t count = hashes_len / SHA256_SIZE, before = sealed->count;
	int32_t page = db_i32(r, row, PAGE_NUMBER);
	verify_page_leaves(v, s, page, db_text(r, row, PAGE_NAMES), hashes, count, sealed);
	struct verify_leaves own = { sealed->rows + before, sealed->count - before, 0 };
	struct merkle_hash made = leaves_root(&own);
	if (root_len != SHA256_SIZE || memcmp(root, made.bytes, SHA256_SIZE) != 0)
		verify_found(v, "page", s->number, "page %d: its hashes do not give its root", page);
	free(root);
	free(hashes);
}

static void verify_pages(struct verify *v, const struct seal *s, struct verify_leaves *sealed)
{
	int count = PAGES_AT_ONCE;
	int32_t after = -1;
	while (verify_going(v) && count == PAGES_AT_ONCE) {
		struct db_args args = { 0 };
		struct db_result r;
		verify_args(v, &args);
		db_arg_i64(&args, s->number);
		db_arg_i64(&args, after);
		db_arg_i64(&args, PAGES_AT_ONCE);
		count = verify_call(v, STMT_VERIFY_PAGES, &args, &r) ? r.rows : 0;
		for (int i = 0; i < count; i++)
			verify_page(v, s, &r, i, sealed);
		after = count ? db_i32(&r, count - 1, PAGE_NUMBER) : after;
		db_result_clear(&r);
	}
}

/* ---- what is there ---- */

static int verify_span(struct verify *v, const struct seal *s, int64_t first, int64_t last,
		       struct verify_leaves *there)
{
	unsigned char blind[SEAL_BLIND_SIZE];
	struct db_args args = { 0 };
	struct db_result r;
	verify_args(v, &args);
	db_arg_i64(&args, first);
	db_arg_i64(&args, last);
	int rows = verify_call(v, STMT_SEAL_ROWS, &args, &r) ? r.rows : 0;
	for (int i = 0; i < rows; i++) {
		const char *name = db_text(&r, i, ROW_NAME), *body = db_text(&r, i, ROW_BODY);
		struct merkle_hash hash = seal_leaf(s->salt, body, strlen(body), blind);
		leaves_add(there, name, strlen(name), &hash);
	}
	db_result_clear(&r);
	return rows;
}

static void verify_rows(struct verify *v, const struct seal *s, struct verify_leaves *there)
{
	int64_t span = SPAN_MIN;
	for (int64_t at = s->first; at <= s->last && verify_going(v);) {
		int64_t last = at + span - 1 < s->last ? at + span - 1 : s->last;
		int rows = verify_span(v, s, at, last, there);
		at = last + 1;
		if (rows < ROWS_FEW && span * 2 <= SPAN_MAX)
			span *= 2;
		else if (rows > ROWS_MANY && span / 2 >= SPAN_MIN)
			span /= 2;
		v->rows += rows;
		v->done = v->rows;
		verify_breathe(v);
	}
}

/* Two rows may have one name: they are told apart by their leaves, and paired off as long as there are some. */
static void verify_differences(struct verify *v, const struct seal *s, struct verify_leaves *sealed,
			       struct verify_leaves *there)
{
	size_t i = 0, k = 0;
	qsort(sealed->rows, sealed->count, sizeof *sealed->rows, leaf_cmp);
	qsort(there->rows, there->count, sizeof *there->rows, leaf_cmp);
	while (i < sealed->count || k < there->count) {
		int order = i == sealed->count	? 1
			    : k == there->count ? -1
						: strcmp(sealed->rows[i].name, there->rows[k].name);
		if (order < 0)
			verify_found(v, "row_deleted", s->number, "%s", sealed->rows[i].name);
		else if (order > 0)
			verify_found(v, "row_inserted", s->number, "%s", there->rows[k].name);
		else if (!merkle_same(&sealed->rows[i].hash, &there->rows[k].hash))
			verify_found(v, "row_changed", s->number, "%s", there->rows[k].name);
		i += order <= 0;
		k += order >= 0;
	}
}

static bool verify_same(const struct verify_leaves *a, const struct verify_leaves *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (!merkle_same(&a->rows[i].hash, &b->rows[i].hash) || strcmp(a->rows[i].name, b->rows[i].name))
			return false;
	return true;
}

/* The pages help to name what differs, they prove nothing: the root decides. */
static void verify_tree(struct verify *v, const struct seal *s)
{
	struct verify_leaves sealed = { 0 }, there = { 0 };
	verify_pages(v, s, &sealed);
	verify_rows(v, s, &there);
	if (verify_going(v)) {
		struct merkle_hash of_pages = leaves_root(&sealed), of_rows = leaves_root(&there);
		bool rows_good = merkle_same(&of_rows, &s->root) && (int64_t)there.count == s->leaves;
		if (!merkle_same(&of_pages, &s->root) || (int64_t)sealed.count != s->leaves)
			verify_found(v, "page", s->number, "the pages of the seal do not give its root");
		if (!rows_good)
			verify_found(v, "root", s->number, "the rows do not give the root of the seal");
		if (!rows_good || !verify_same(&sealed, &there))
			verify_differences(v, s, &sealed, &there);
	}
	leaves_clear(&sealed);
	leaves_clear(&there);
}

/* ---- the chain ---- */

static void verify_take_bytes(const struct db_result *r, int row, int column, unsigned char *out, size_t len)
{
	size_t got = 0;
	unsigned char *bytes = db_bytea(r, row, column, &got);
	memset(out, 0, len);
	if (bytes)
		memcpy(out, bytes, got < len ? got : len);
	free(bytes);
}

static struct seal verify_read_seal(const struct db_result *r, int row)
{
	struct seal s = { .branch = db_i32(r, row, SEAL_BRANCH),
			  .number = db_i32(r, row, SEAL_NUMBER),
			  .from_day = db_date(r, row, SEAL_FROM_DAY),
			  .business_date = db_date(r, row, SEAL_BUSINESS_DATE),
			  .closes = db_bool(r, row, SEAL_CLOSES),
			  .first = db_i64(r, row, SEAL_FIRST),
			  .last = db_i64(r, row, SEAL_LAST),
			  .leaves = db_i64(r, row, SEAL_LEAVES) };
	snprintf(s.closed_at, sizeof s.closed_at, "%s", db_text(r, row, SEAL_CLOSED_AT));
	verify_take_bytes(r, row, SEAL_ROOT, s.root.bytes, SHA256_SIZE);
	verify_take_bytes(r, row, SEAL_SALT, s.salt, SHA256_SIZE);
	verify_take_bytes(r, row, SEAL_PREVIOUS, s.previous.bytes, SHA256_SIZE);
	verify_take_bytes(r, row, SEAL_KEY_ID, s.key_id, SEAL_KEY_ID_SIZE);
	return s;
}

static void verify_signature(struct verify *v, const struct seal *s, const struct text *head,
			     const unsigned char signature[SEAL_SIGNATURE_SIZE])
{
	char hex[2 * SEAL_KEY_ID_SIZE + 1];
	int which = seal_public_find(&v->keys, s->key_id);
	hex_encode(s->key_id, SEAL_KEY_ID_SIZE, hex);
	if (which < 0)
		verify_found(v, "signature", s->number, "seal %d is signed with the key %s, which was not given",
			     s->number, hex);
	else if (!seal_public_check(&v->keys, which, head, signature))
		verify_found(v, "signature", s->number, "the signature of seal %d is not that of its key",
			     s->number);
}

/* Follows the seal before: number, positions, hash. */
static void verify_link(struct verify *v, const struct seal *s)
{
	int32_t number = v->seals ? v->last.number + 1 : 1;
	int64_t first = v->seals ? v->last.last + 1 : 1;
	struct merkle_hash none = { { 0 } };
	const struct merkle_hash *before = v->seals ? &v->last_hash : &none;
	if (s->number != number)
		verify_found(v, "chain", s->number, "seal %d is missing", number);
	else if (!merkle_same(&s->previous, before))
		verify_found(v, "chain", s->number, "seal %d does not follow seal %d", s->number, number - 1);
	else if (s->first != first)
		verify_found(v, "chain", s->number, "seal %d begins with position %lld, not %lld", s->number,
			     (long long)s->first, (long long)first);
}

static void verify_since(struct verify *v, const struct seal *s, const struct merkle_hash *hash)
{
	if (s->number == v->since_number && !merkle_same(hash, &v->since_hash))
		verify_found(v, "chain", s->number, "seal %d is not the one that was given", s->number);
}

static void verify_seal(struct verify *v, const struct db_result *r, int row)
{
	struct seal s = verify_read_seal(r, row);
	struct text head = { 0 };
	struct merkle_hash stored;
	unsigned char signature[SEAL_SIGNATURE_SIZE];
	verify_take_bytes(r, row, SEAL_HASH, stored.bytes, SHA256_SIZE);
	verify_take_bytes(r, row, SEAL_SIGNATURE, signature, sizeof signature);
	seal_head(&s, &head);
	struct merkle_hash hash = seal_hash(&head);
	if (!merkle_same(&hash, &stored))
		verify_found(v, "seal", s.number, "seal %d was changed: it does not give its hash", s.number);
	verify_signature(v, &s, &head, signature);
	verify_link(v, &s);
	verify_since(v, &s, &hash);
	verify_tree(v, &s);
	v->seals++;
	v->last = s;
	v->last_hash = hash;
	text_clear(&head);
}

void verify_seals(struct verify *v)
{
	int count = SEALS_AT_ONCE;
	while (verify_going(v) && count == SEALS_AT_ONCE) {
		struct db_args args = { 0 };
		struct db_result r;
		verify_args(v, &args);
		db_arg_i64(&args, v->seals ? v->last.number : 0);
		db_arg_i64(&args, SEALS_AT_ONCE);
		count = verify_call(v, STMT_VERIFY_SEALS, &args, &r) ? r.rows : 0;
		for (int i = 0; i < count && verify_going(v); i++)
			verify_seal(v, &r, i);
		db_result_clear(&r);
	}
	if (verify_going(v) && v->since_number > (v->seals ? v->last.number : 0))
		verify_found(v, "chain", 0, "seal %d was given, the last one here is %d", v->since_number,
			     v->seals ? v->last.number : 0);
}
