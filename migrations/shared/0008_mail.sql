-- what waits for a code: only hashes of the ticket and of the code are kept
CREATE TABLE code (
    ticket         TEXT PRIMARY KEY,
    purpose        TEXT NOT NULL,
    email          TEXT NOT NULL,
    account_id     BIGINT REFERENCES account (id) ON DELETE CASCADE,
    code           TEXT NOT NULL,
    payload        TEXT NOT NULL,
    next           TEXT NOT NULL,
    tries          BIGINT NOT NULL DEFAULT 0,
    ends_at        BIGINT NOT NULL
);
CREATE INDEX code_ends ON code (ends_at);

-- browsers that an account has signed in with; the cookie's hash
CREATE TABLE device (
    account_id     BIGINT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    id             TEXT NOT NULL,
    seen_at        BIGINT NOT NULL,
    PRIMARY KEY (account_id, id)
);

-- a form that was sent after its session had ended, for after the next sign-in
CREATE TABLE held (
    ticket         TEXT PRIMARY KEY,
    device         TEXT NOT NULL,
    path           TEXT NOT NULL,
    body           TEXT NOT NULL,
    ends_at        BIGINT NOT NULL
);
CREATE INDEX held_ends ON held (ends_at);

ALTER TABLE login ADD COLUMN seen_at BIGINT NOT NULL DEFAULT 0;

-- second factors: an app's codes, recovery codes, passkeys. No secret in clear: what an app's codes are made of is derived with the portal's key
CREATE TABLE factor (
    id             BIGINT PRIMARY KEY,
    account_id     BIGINT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    kind           TEXT NOT NULL,
    label          TEXT NOT NULL,
    secret         TEXT NOT NULL,
    step           BIGINT NOT NULL DEFAULT 0,
    added_at       BIGINT NOT NULL
);
CREATE INDEX factor_of_account ON factor (account_id, kind, id);

-- sessions know more of themselves from now on, so everybody signs in once more
DELETE FROM login;
