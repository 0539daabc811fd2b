"""Vietnamese text in the database: the search key, its words and the order of names.

Twins of domain/text.py (fold, tokens, name_sort_key) that need neither ICU nor an extension: every step is a core
function under collation C, so the result is the same on any server from PostgreSQL 15 and may stand in a generated
column. They take an ordinary name through two or three cheap steps, and only the rest through regular expressions.
"""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# The letters NFD leaves whole, and what the search key makes of them.
WHOLE_LETTERS = "ĐđÐðɃƀØøŁłĦħıÆŒÞ"
FOLDED_LETTERS = "ddddbboollhhiæœþ"
SPELLED_LETTERS = "đđđđbboollhhiæœþ"
# breve, circumflex, horn; then huyền, hỏi, ngã, sắc, nặng in the order of the dictionary
LETTER_MARKS = "\u0306\u0302\u031b"
TONES = "\u0300\u0309\u0303\u0301\u0323"

# Bodies of regular expression brackets, written with escapes that PostgreSQL reads.
UNSEEN = r"\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff"
OTHER_MARKS = r"\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
MARKS = r"\u0300-\u036f" + OTHER_MARKS
MARKS_NOT_OURS = r"\u0304\u0305\u0307\u0308\u030a-\u031a\u031c-\u0322\u0324-\u036f" + OTHER_MARKS
SPACES = r"\u0009-\u000d\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
SEPARATORS_BUT_SPACE = (
    r"\u0001-\u001f\u0021-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf\u00d7\u00f7"
    r"\u02b0-\u02ff\u1680\u2000-\u206f\u3000-\u303f"
)

FOLD = f"""
create function vn_fold(given_text text) returns text
language plpgsql immutable strict parallel safe as $$
declare
    folded text collate "C" := lower(translate(
        normalize(given_text, nfd), '{WHOLE_LETTERS}{LETTER_MARKS}{TONES}', '{FOLDED_LETTERS}') collate "C");
begin
    if folded ~ '[^a-z0-9 ]|  |^ | $' then
        folded := regexp_replace(folded, '[{UNSEEN}{MARKS}]+', '', 'g');
        folded := btrim(regexp_replace(folded, '[ {SEPARATORS_BUT_SPACE}]+', ' ', 'g'), ' ');
    end if;
    return folded;
end $$
"""

# A body of SQL binds vn_fold when it is made, so no search_path of a caller or a restore can bend it.
TOKENS = """
create function vn_tokens(given_text text) returns text[]
language sql immutable strict parallel safe
begin atomic
    select coalesce(array_agg(word order by place), '{}')
    from (
        select word, min(place) as place
        from unnest(string_to_array(vn_fold(given_text), ' ')) with ordinality as t (word, place)
        group by word
    ) as first_seen;
end
"""

NAME_SORT_KEY = f"""
create function vn_name_sort_key(full_name text) returns text
language plpgsql immutable strict parallel safe as $$
declare
    spelled text collate "C" := lower(translate(
        normalize(full_name, nfd), '{WHOLE_LETTERS}', '{SPELLED_LETTERS}') collate "C");
    words text[];
    part text collate "C";
    key text collate "C" := '';
begin
    if spelled ~ '[^a-zđ {LETTER_MARKS}{TONES}]|  |^ | $' then
        spelled := regexp_replace(spelled, '[{UNSEEN}{MARKS_NOT_OURS}]+', '', 'g');
        spelled := regexp_replace(spelled, '[{SPACES}]+', ' ', 'g');
        spelled := regexp_replace(spelled, '[{SEPARATORS_BUT_SPACE}]+', '-', 'g');
        spelled := regexp_replace(spelled, '-*( -*)+|^-+|-+$', ' ', 'g');
        spelled := btrim(spelled, ' ');
    end if;
    words := string_to_array(spelled, ' ');
    foreach part in array array[
        words[cardinality(words)],
        case when cardinality(words) > 1 then words[1] end,
        array_to_string(words[2:cardinality(words) - 1], '-')
    ] loop
        if part <> '' then
            key := key || replace(translate(part, '{LETTER_MARKS}{TONES}', '{{|}}'), 'đ', 'd~') || ' '
                || translate(regexp_replace(part, '[^{TONES}-]+', '', 'g'), '{TONES}', '12345') || ' ';
        end if;
    end loop;
    return rtrim(key, ' ');
end $$
"""

COMMENTS = {
    "vn_fold(text)": "Search key: no marks, d for đ, lower case, one space for any punctuation (domain.text.fold)",
    "vn_tokens(text)": "The different words of vn_fold in the order of first appearance (domain.text.tokens)",
    "vn_name_sort_key(text)": (
        "Vietnamese order of names by given name, family, middle, for collation C (domain.text.name_sort_key)"
    ),
}


def upgrade() -> None:
    for function in (FOLD, TOKENS, NAME_SORT_KEY):
        op.execute(function)
    for signature, comment in COMMENTS.items():
        op.execute(f"comment on function {signature} is '{comment}'")


def downgrade() -> None:
    for signature in ("vn_name_sort_key(text)", "vn_tokens(text)", "vn_fold(text)"):
        op.execute(f"drop function {signature}")
