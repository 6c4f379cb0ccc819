/* Words of the wire in the language of people: "in_term" -> "trong hạn". */
#ifndef VONVAY_CLIENT_WORDS_H
#define VONVAY_CLIENT_WORDS_H

/* An unknown word is returned as it is. */
const char *words_translate(const char *word);
/* Of a word that means something else in one place: what is said there ("need.water"), else as above. */
const char *words_translate_in(const char *place, const char *word);

#endif
