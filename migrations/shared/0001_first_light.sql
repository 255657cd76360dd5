-- Types are BIGINT TEXT BOOLEAN "DOUBLE PRECISION". Times are milliseconds since 1970 UTC and end in _at. Ids are made by the program.

CREATE TABLE source (
    id             BIGINT PRIMARY KEY,
    slug           TEXT NOT NULL UNIQUE,
    name           TEXT NOT NULL,
    address        TEXT NOT NULL UNIQUE,
    outlet         TEXT NOT NULL,
    owner          TEXT NOT NULL,
    country        TEXT,
    language       TEXT,
    reliability    TEXT NOT NULL DEFAULT 'F',
    licence        TEXT NOT NULL DEFAULT 'headline',
    active         BOOLEAN NOT NULL DEFAULT TRUE,
    etag           TEXT,
    last_modified  TEXT,
    due_at         BIGINT NOT NULL,
    tried_at       BIGINT,
    worked_at      BIGINT,
    failures       BIGINT NOT NULL DEFAULT 0,
    problem        TEXT,
    added_at       BIGINT NOT NULL
);
CREATE INDEX source_due ON source (due_at, id);

CREATE TABLE incident (
    id             BIGINT PRIMARY KEY,
    number         BIGINT NOT NULL UNIQUE,
    slug           TEXT NOT NULL UNIQUE,
    title          TEXT NOT NULL,
    stage          TEXT NOT NULL,
    phase          TEXT NOT NULL,
    category       TEXT NOT NULL,
    severity       BIGINT NOT NULL DEFAULT 0,
    priority       BOOLEAN NOT NULL DEFAULT FALSE,
    country        TEXT,
    region         TEXT,
    articles       BIGINT NOT NULL DEFAULT 0,
    sources        BIGINT NOT NULL DEFAULT 0,
    voices         BIGINT NOT NULL DEFAULT 0,
    value          DOUBLE PRECISION NOT NULL DEFAULT 0,
    first_at       BIGINT NOT NULL,
    newest_at      BIGINT NOT NULL,
    published_at   BIGINT,
    revision       BIGINT NOT NULL DEFAULT 0,
    reviewed       BOOLEAN NOT NULL DEFAULT FALSE,
    draft          TEXT,
    drafted_at     BIGINT,
    claimed_by     BIGINT,
    reason         TEXT,
    merged_into    BIGINT,
    doubts         BIGINT NOT NULL DEFAULT 0,
    opened_at      BIGINT NOT NULL
);
CREATE INDEX incident_newest ON incident (newest_at DESC, id DESC);
CREATE INDEX incident_by_category ON incident (category, newest_at DESC, id DESC);
CREATE INDEX incident_by_region ON incident (region, newest_at DESC, id DESC);
CREATE INDEX incident_by_severity ON incident (severity DESC, newest_at DESC, id DESC);
CREATE INDEX incident_queue ON incident (reviewed, value DESC, id DESC);

-- an address that was given out once and leads to an incident for good
CREATE TABLE former_slug (
    slug           TEXT PRIMARY KEY,
    incident_id    BIGINT NOT NULL REFERENCES incident (id)
);

CREATE TABLE article (
    id             BIGINT PRIMARY KEY,
    source_id      BIGINT NOT NULL REFERENCES source (id),
    identity       TEXT NOT NULL,
    address        TEXT NOT NULL,
    title          TEXT NOT NULL,
    summary        TEXT NOT NULL,
    author         TEXT,
    language       TEXT NOT NULL,
    published_at   BIGINT NOT NULL,
    stored_at      BIGINT NOT NULL,
    incident_id    BIGINT REFERENCES incident (id),
    place          BIGINT,
    joined_at      BIGINT,
    likeness       DOUBLE PRECISION,
    shares         TEXT,
    copy_of        BIGINT,
    voice          TEXT,
    UNIQUE (source_id, identity)
);
CREATE INDEX article_of_incident ON article (incident_id, place);
CREATE INDEX article_waiting ON article (published_at, id) WHERE incident_id IS NULL;
CREATE INDEX article_published ON article (published_at DESC, id DESC);
CREATE INDEX article_joined ON article (joined_at, id);

-- a reader says that an article is about something else than its incident
CREATE TABLE doubt (
    article_id     BIGINT NOT NULL REFERENCES article (id),
    account_id     BIGINT NOT NULL,
    said_at        BIGINT NOT NULL,
    PRIMARY KEY (article_id, account_id)
);

CREATE TABLE revision (
    id             BIGINT PRIMARY KEY,
    incident_id    BIGINT NOT NULL REFERENCES incident (id),
    number         BIGINT NOT NULL,
    edition        TEXT NOT NULL,
    account_id     BIGINT,
    signed         TEXT NOT NULL,
    published_at   BIGINT NOT NULL,
    UNIQUE (incident_id, number)
);

-- what an editor is writing and has not published; `base` is the revision it was begun from
CREATE TABLE working (
    incident_id    BIGINT NOT NULL REFERENCES incident (id),
    account_id     BIGINT NOT NULL,
    text           TEXT NOT NULL,
    base           BIGINT NOT NULL,
    saved_at       BIGINT NOT NULL,
    PRIMARY KEY (incident_id, account_id)
);

-- the read model: one row is one public page, its premium panels in a column of their own that only members' pages ask for
CREATE TABLE incident_page (
    incident_id    BIGINT PRIMARY KEY REFERENCES incident (id),
    slug           TEXT NOT NULL UNIQUE,
    open_part      TEXT NOT NULL,
    premium_part   TEXT NOT NULL,
    written_at     BIGINT NOT NULL
);

CREATE TABLE topic (
    incident_id    BIGINT NOT NULL REFERENCES incident (id),
    key            TEXT NOT NULL,
    label          TEXT NOT NULL,
    language       TEXT NOT NULL,
    newest_at      BIGINT NOT NULL,
    PRIMARY KEY (incident_id, key)
);
CREATE INDEX topic_by_key ON topic (key, newest_at DESC, incident_id);

CREATE TABLE job (
    id             BIGINT PRIMARY KEY,
    key            TEXT NOT NULL UNIQUE,
    kind           TEXT NOT NULL,
    payload        TEXT NOT NULL,
    state          TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'failed')),
    again          BOOLEAN NOT NULL DEFAULT FALSE,
    run_at         BIGINT NOT NULL,
    locked_until   BIGINT NOT NULL DEFAULT 0,
    worker         BIGINT NOT NULL DEFAULT 0,
    tries          BIGINT NOT NULL DEFAULT 0,
    problem        TEXT,
    added_at       BIGINT NOT NULL
);
CREATE INDEX job_due ON job (kind, state, run_at, id);

-- what other processes and open pages hear of: numbers only, never text
CREATE TABLE outbox (
    id             BIGINT PRIMARY KEY,
    kind           TEXT NOT NULL,
    incident_id    BIGINT NOT NULL,
    happened_at    BIGINT NOT NULL
);

CREATE TABLE account (
    id             BIGINT PRIMARY KEY,
    email          TEXT NOT NULL UNIQUE,
    name           TEXT NOT NULL,
    role           TEXT NOT NULL,
    password       TEXT NOT NULL,
    added_at       BIGINT NOT NULL
);

-- only the hash of a session's id is kept: who reads the table cannot sign in with it
CREATE TABLE login (
    id             TEXT PRIMARY KEY,
    account_id     BIGINT REFERENCES account (id) ON DELETE CASCADE,
    state          TEXT NOT NULL,
    began_at       BIGINT NOT NULL,
    ends_at        BIGINT NOT NULL
);
CREATE INDEX login_of_account ON login (account_id);

CREATE TABLE audit (
    id             BIGINT PRIMARY KEY,
    account_id     BIGINT NOT NULL,
    act            TEXT NOT NULL,
    noun           TEXT NOT NULL,
    noun_id        BIGINT NOT NULL,
    detail         TEXT NOT NULL,
    happened_at    BIGINT NOT NULL
);

-- daily closing values; day is yyyy-mm-dd
CREATE TABLE quote (
    series         TEXT NOT NULL,
    day            TEXT NOT NULL,
    price          DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (series, day)
);
