//! The rows: every statement, and below it the functions that read and write.
//!
//! Whoever asks for a day gets the rows in force: first day not after it, end (if any) after it.
//! Where two rows of one thing are in force the later first day wins, in lists too: a new rule is
//! added without touching the old row.
pub(crate) mod almanac;
pub(crate) mod everything;
pub(crate) mod read;
pub(crate) mod register;
pub(crate) mod write;

use store::queries;

queries! {
    OCCUPATIONS = "SELECT id, code, dictionary, name_zh, name_en, levels, enabled, note,
        valid_from, valid_to, source, confidence FROM occupation
        WHERE valid_from <= $1 AND (valid_to IS NULL OR valid_to > $1)
        AND NOT EXISTS (SELECT 1 FROM occupation newer WHERE newer.code = occupation.code
        AND newer.valid_from > occupation.valid_from AND newer.valid_from <= $1
        AND (newer.valid_to IS NULL OR newer.valid_to > $1))
        ORDER BY code NULLS LAST, id";
    OCCUPATION = "SELECT id, code, dictionary, name_zh, name_en, levels, enabled, note,
        valid_from, valid_to, source, confidence FROM occupation
        WHERE code = $1 AND valid_from <= $2 AND (valid_to IS NULL OR valid_to > $2)
        ORDER BY valid_from DESC, id LIMIT 1";
    OCCUPATION_NAMED = "SELECT id, code, dictionary, name_zh, name_en, levels, enabled, note,
        valid_from, valid_to, source, confidence FROM occupation
        WHERE name_zh = $1 AND valid_from <= $2 AND (valid_to IS NULL OR valid_to > $2)
        ORDER BY valid_from DESC, id LIMIT 1";
    LEVELS = "SELECT code, position, name_zh, name_en, national_equivalent,
        valid_from, valid_to, source, confidence FROM level
        WHERE valid_from <= $1 AND (valid_to IS NULL OR valid_to > $1)
        AND NOT EXISTS (SELECT 1 FROM level newer WHERE newer.code = level.code
        AND newer.valid_from > level.valid_from AND newer.valid_from <= $1
        AND (newer.valid_to IS NULL OR newer.valid_to > $1))
        ORDER BY position, code";
    LEVEL = "SELECT code, position, name_zh, name_en, national_equivalent,
        valid_from, valid_to, source, confidence FROM level
        WHERE code = $1 AND valid_from <= $2 AND (valid_to IS NULL OR valid_to > $2)
        ORDER BY valid_from DESC LIMIT 1";
    LEVEL_NAMED = "SELECT code, position, name_zh, name_en, national_equivalent,
        valid_from, valid_to, source, confidence FROM level
        WHERE name_zh = $1 AND valid_from <= $2 AND (valid_to IS NULL OR valid_to > $2)
        ORDER BY valid_from DESC, code LIMIT 1";
    STANDARD = "SELECT id, occupation_code, version, name_zh, name_en, levels,
        valid_from, valid_to, source, confidence FROM standard WHERE id = $1";
    STANDARD_IN_FORCE = "SELECT id, occupation_code, version, name_zh, name_en, levels,
        valid_from, valid_to, source, confidence FROM standard
        WHERE occupation_code = $1 AND valid_from <= $2 AND (valid_to IS NULL OR valid_to > $2)
        ORDER BY valid_from DESC, id LIMIT 1";
    CLAUSES = "SELECT id, standard_id, level_code, number, label_zh, text_zh, text_en, predicate,
        materials, valid_from, valid_to, source, confidence FROM clause
        WHERE standard_id = $1 AND level_code = $2
        AND valid_from <= $3 AND (valid_to IS NULL OR valid_to > $3)
        AND NOT EXISTS (SELECT 1 FROM clause newer WHERE newer.standard_id = clause.standard_id AND newer.level_code = clause.level_code AND newer.position = clause.position
        AND newer.valid_from > clause.valid_from AND newer.valid_from <= $3
        AND (newer.valid_to IS NULL OR newer.valid_to > $3))
        ORDER BY position, id";
    CLAUSES_IN_FORCE = "SELECT id, standard_id, level_code, number, label_zh, text_zh, text_en, predicate,
        materials, valid_from, valid_to, source, confidence FROM clause
        WHERE standard_id = $1
        AND valid_from <= $2 AND (valid_to IS NULL OR valid_to > $2)
        AND NOT EXISTS (SELECT 1 FROM clause newer WHERE newer.standard_id = clause.standard_id AND newer.level_code = clause.level_code AND newer.position = clause.position
        AND newer.valid_from > clause.valid_from AND newer.valid_from <= $2
        AND (newer.valid_to IS NULL OR newer.valid_to > $2))
        ORDER BY level_code, position, id";
    CLAUSE = "SELECT id, standard_id, level_code, number, label_zh, text_zh, text_en, predicate,
        materials, valid_from, valid_to, source, confidence FROM clause WHERE id = $1";
    COMPONENTS = "SELECT id, standard_id, level_code, kind, position, name_zh, name_en, delivery,
        minutes, weight_percent, pass_mark, scoring, examiners, combination, rounding,
        third_on_difference, valid_from, valid_to, source, confidence FROM component
        WHERE standard_id = $1 AND level_code = $2
        AND valid_from <= $3 AND (valid_to IS NULL OR valid_to > $3)
        AND NOT EXISTS (SELECT 1 FROM component newer WHERE newer.standard_id = component.standard_id AND newer.level_code = component.level_code AND newer.position = component.position
        AND newer.valid_from > component.valid_from AND newer.valid_from <= $3
        AND (newer.valid_to IS NULL OR newer.valid_to > $3))
        ORDER BY position, id";
    COMPONENT = "SELECT id, standard_id, level_code, kind, position, name_zh, name_en, delivery,
        minutes, weight_percent, pass_mark, scoring, examiners, combination, rounding,
        third_on_difference, valid_from, valid_to, source, confidence FROM component
        WHERE id = $1";
    FEES = "SELECT fee.id, fee.component_id, fee.amount, fee.jurisdiction, fee.document,
        fee.valid_from, fee.valid_to, fee.source, fee.confidence
        FROM fee JOIN component ON component.id = fee.component_id
        WHERE component.standard_id = $1 AND component.level_code = $2 AND fee.jurisdiction = $3
        AND fee.valid_from <= $4 AND (fee.valid_to IS NULL OR fee.valid_to > $4)
        AND NOT EXISTS (SELECT 1 FROM fee newer WHERE newer.component_id = fee.component_id AND newer.jurisdiction = fee.jurisdiction
        AND newer.valid_from > fee.valid_from AND newer.valid_from <= $4
        AND (newer.valid_to IS NULL OR newer.valid_to > $4))
        ORDER BY component.position, fee.id";
    TIME_LIMIT = "SELECT code, working_days, bound, text_zh, text_en,
        valid_from, valid_to, source, confidence FROM time_limit
        WHERE code = $1 AND valid_from <= $2 AND (valid_to IS NULL OR valid_to > $2)
        ORDER BY valid_from DESC LIMIT 1";
    CALENDAR = "SELECT day, kind, name, source FROM calendar_day ORDER BY day";
    ADD_OCCUPATION = "INSERT INTO occupation (id, code, dictionary, name_zh, name_en, levels,
        enabled, note, valid_from, valid_to, source, confidence)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING";
    ADD_LEVEL = "INSERT INTO level (code, position, name_zh, name_en, national_equivalent,
        valid_from, valid_to, source, confidence)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING";
    ADD_STANDARD = "INSERT INTO standard (id, occupation_code, version, name_zh, name_en, levels,
        valid_from, valid_to, source, confidence)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING";
    ADD_CLAUSE = "INSERT INTO clause (id, standard_id, level_code, position, number, label_zh,
        text_zh, text_en, predicate, materials, valid_from, valid_to, source, confidence)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
        ON CONFLICT DO NOTHING";
    ADD_COMPONENT = "INSERT INTO component (id, standard_id, level_code, kind, position, name_zh,
        name_en, delivery, minutes, weight_percent, pass_mark, scoring, examiners, combination,
        rounding, third_on_difference, valid_from, valid_to, source, confidence)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
        $19, $20) ON CONFLICT DO NOTHING";
    ADD_FEE = "INSERT INTO fee (id, component_id, amount, jurisdiction, document,
        valid_from, valid_to, source, confidence)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING";
    ADD_TIME_LIMIT = "INSERT INTO time_limit (code, working_days, bound, text_zh, text_en,
        valid_from, valid_to, source, confidence)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING";
    ADD_CALENDAR_DAY = "INSERT INTO calendar_day (day, kind, name, source)
        VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
    /// Only a row whose code is known can be confirmed.
    CONFIRM_OCCUPATION = "UPDATE occupation SET enabled = TRUE
        WHERE id = $1 AND code IS NOT NULL AND NOT enabled";
}

/// Every named statement of this crate.
#[must_use]
pub fn all_queries() -> Vec<(&'static str, &'static str)> {
    [ALL_QUERIES, almanac::ALL_QUERIES, register::ALL_QUERIES, everything::ALL_QUERIES].concat()
}
