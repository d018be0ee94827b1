-- The day of the exam in the hall: where an attempt stands at a glance, what happened in a room, and
-- which browsers sat at a seat.

-- The room of the seat: what stands in a room is counted without reading the whole sitting.
ALTER TABLE attempt ADD COLUMN room_use_id TEXT REFERENCES room_use (id);
UPDATE attempt SET room_use_id = (SELECT seat.room_use_id FROM seat WHERE seat.id = attempt.seat_id);
CREATE INDEX attempt_room ON attempt (room_use_id, state);

-- When an exam computer was last heard of. Coarse: written about once a minute for those heard of
-- since; the process keeps the exact instant in its memory.
CREATE TABLE sign_of_life (
    attempt_id TEXT PRIMARY KEY REFERENCES attempt (id),
    seen_at BIGINT NOT NULL
);

-- The browsers that signed in at a seat with a code, one after another: what a former one still
-- holds can be taken as evidence, and from nobody else.
CREATE TABLE attempt_machine (
    attempt_id TEXT NOT NULL REFERENCES attempt (id),
    -- SHA-256 of the session, as in attempt.seat_session.
    session TEXT NOT NULL,
    epoch BIGINT NOT NULL,
    since_at BIGINT NOT NULL,
    PRIMARY KEY (attempt_id, session)
);
INSERT INTO attempt_machine (attempt_id, session, epoch, since_at)
    SELECT id, seat_session, epoch, open_at FROM attempt WHERE seat_session IS NOT NULL;

-- What can happen in a room, as rows with a source: incidents (异常情况) and violations (违纪).
CREATE TABLE event_kind (
    code TEXT PRIMARY KEY,
    sort TEXT NOT NULL CHECK (sort IN ('incident', 'violation')),
    -- Of a violation, from 1 (the part's score) to 4 (ban); null for an incident.
    gravity BIGINT,
    ordinal BIGINT NOT NULL,
    name_zh TEXT NOT NULL,
    name_en TEXT NOT NULL,
    source TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    valid_to TEXT,
    CHECK ((sort = 'violation') = (gravity IS NOT NULL))
);

-- What happened, line by line: part of the room's record (考场情况记录). Never changed; a line written
-- by mistake is struck out and stays.
CREATE TABLE room_event (
    id TEXT PRIMARY KEY,
    batch_code TEXT NOT NULL REFERENCES batch (code),
    sitting_id TEXT NOT NULL REFERENCES sitting (id),
    room_use_id TEXT NOT NULL REFERENCES room_use (id),
    -- Null when it concerns the whole room.
    seat_id TEXT REFERENCES seat (id),
    sort TEXT NOT NULL CHECK (sort IN ('incident', 'violation', 'extra_time', 'machine_change', 'late_answers')),
    -- Of incidents, violations and the reason of extra time.
    kind_code TEXT REFERENCES event_kind (code),
    -- Minutes given, or answers kept as evidence; 0 otherwise.
    amount BIGINT NOT NULL,
    -- It may tell of somebody's health: sealed. Empty for none.
    note_sealed TEXT NOT NULL,
    recorded_by TEXT NOT NULL REFERENCES account (id),
    recorded_at BIGINT NOT NULL,
    withdrawn_by TEXT REFERENCES account (id),
    withdrawn_at BIGINT,
    CHECK ((withdrawn_by IS NULL) = (withdrawn_at IS NULL))
);
CREATE INDEX room_event_room ON room_event (room_use_id, recorded_at);
CREATE INDEX room_event_seat ON room_event (seat_id);
CREATE INDEX room_event_batch ON room_event (batch_code);
CREATE INDEX room_event_sitting ON room_event (sitting_id);
CREATE INDEX room_event_kind ON room_event (kind_code);
CREATE INDEX room_event_by ON room_event (recorded_by);
CREATE INDEX room_event_withdrawn_by ON room_event (withdrawn_by);

-- Minutes one attempt was given beyond its turn; the close moved with each row, and never back.
CREATE TABLE extra_time (
    event_id TEXT NOT NULL REFERENCES room_event (id),
    attempt_id TEXT NOT NULL REFERENCES attempt (id),
    minutes BIGINT NOT NULL CHECK (minutes > 0),
    close_before BIGINT NOT NULL,
    close_after BIGINT NOT NULL,
    PRIMARY KEY (event_id, attempt_id),
    CHECK (close_after > close_before)
);
CREATE INDEX extra_time_attempt ON extra_time (attempt_id);

-- The kinds a new installation begins with.
INSERT INTO event_kind (code, sort, gravity, ordinal, name_zh, name_en, source, valid_from, valid_to) VALUES
    ('machine', 'incident', NULL, 1, '考试机故障', 'Machine fault', '[own]', '2000-01-01', NULL),
    ('power', 'incident', NULL, 2, '停电', 'Power cut', '[own]', '2000-01-01', NULL),
    ('network', 'incident', NULL, 3, '网络中断', 'Network failure', '[own]', '2000-01-01', NULL),
    ('paper', 'incident', NULL, 4, '试卷或答题卡问题', 'Fault of a paper or answer sheet', '[own]', '2000-01-01', NULL),
    ('illness', 'incident', NULL, 5, '身体不适', 'Illness', '[own]', '2000-01-01', NULL),
    ('disturbance', 'incident', NULL, 6, '考场受干扰', 'Disturbance', '[own]', '2000-01-01', NULL),
    ('identity', 'incident', NULL, 7, '身份存疑', 'Doubt about the identity', '[own]', '2000-01-01', NULL),
    ('leave', 'incident', NULL, 8, '暂离考场', 'Left the room for a while', '[own]', '2000-01-01', NULL),
    ('other', 'incident', NULL, 9, '其他', 'Other', '[own]', '2000-01-01', NULL),
    ('breach', 'violation', 1, 1, '违反考场规定（警告后仍携带违禁物品、不按座位就座、喧哗等）', 'Breach of the rules of the room (forbidden items after a warning, wrong seat, noise …)', 'http://jxjy.hati.edu.cn/info/1040/1481.htm', '2000-01-01', NULL),
    ('cheating', 'violation', 2, 2, '作弊（交谈、抄袭、传递、身份不符、带走试卷等）', 'Cheating (talking, copying, passing, wrong identity, taking the paper out …)', 'http://jxjy.hati.edu.cn/info/1040/1481.htm', '2000-01-01', NULL),
    ('device', 'violation', 3, 3, '使用摄录、存储或传输设备，协助抄袭，损毁或传出试卷内容', 'Device with camera, storage or transmission; helping to copy; damaging or passing out the content', 'http://jxjy.hati.edu.cn/info/1040/1481.htm', '2000-01-01', NULL),
    ('organised', 'violation', 4, 4, '替考或组织作弊', 'Substitute sitting or organised cheating', 'http://jxjy.hati.edu.cn/info/1040/1481.htm', '2000-01-01', NULL);
