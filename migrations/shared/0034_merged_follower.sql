-- who followed an incident when an editor made it part of another: they follow it again when that is undone
CREATE TABLE merged_follower (
    regrouping_id  BIGINT NOT NULL REFERENCES regrouping (id) ON DELETE CASCADE,
    account_id     BIGINT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    -- they followed the other one too
    follows_into   BOOLEAN NOT NULL,
    pace           TEXT NOT NULL,
    by_mail        BOOLEAN NOT NULL,
    PRIMARY KEY (regrouping_id, account_id)
);
CREATE INDEX merged_follower_of ON merged_follower (account_id);
