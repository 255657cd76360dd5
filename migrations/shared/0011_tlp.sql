-- how far an incident may be told, by the Traffic Light Protocol
ALTER TABLE incident ADD COLUMN tlp TEXT NOT NULL DEFAULT 'clear';
-- whether its page is for accounts alone
ALTER TABLE incident_page ADD COLUMN members BOOLEAN NOT NULL DEFAULT FALSE;
