-- an account's own programs, which are told of new revisions; what signs is derived with the portal's key from the salt
CREATE TABLE webhook (
    id             BIGINT PRIMARY KEY,
    account_id     BIGINT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    address        TEXT NOT NULL,
    salt           TEXT NOT NULL,
    floor          BIGINT NOT NULL,
    position       BIGINT NOT NULL,
    due_at         BIGINT NOT NULL,
    delivered_at   BIGINT,
    failing_since  BIGINT,
    failures       BIGINT NOT NULL DEFAULT 0,
    problem        TEXT,
    off_at         BIGINT,
    added_at       BIGINT NOT NULL
);
CREATE INDEX webhook_of_account ON webhook (account_id, id);
