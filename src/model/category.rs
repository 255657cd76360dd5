//! Our own short list of categories, each mapped to one IPTC Media Topic.

super::scale! {
    /// What kind of thing an incident is.
    Category {
        Conflict = "conflict", "Armed conflict";
        Security = "security", "Security incident";
        Diplomacy = "diplomacy", "Diplomacy";
        Sanctions = "sanctions", "Sanctions and controls";
        Politics = "politics", "Politics";
        Unrest = "unrest", "Protest and unrest";
        Crime = "crime", "Law and crime";
        Cyber = "cyber", "Cyber";
        Economy = "economy", "Economy and markets";
        Energy = "energy", "Energy";
        Trade = "trade", "Trade and shipping";
        Disaster = "disaster", "Disaster and accident";
        Health = "health", "Health";
        Environment = "environment", "Environment";
        Science = "science", "Science and technology";
    }
}

impl Category {
    /// The IPTC Media Topic (NewsCodes, <http://cv.iptc.org/newscodes/mediatopic/>) nearest to it.
    pub fn iptc(self) -> &'static str {
        match self {
            Self::Conflict => "medtop:16000000",
            Self::Security => "medtop:20000065",
            Self::Diplomacy => "medtop:20000638",
            Self::Sanctions => "medtop:20000641",
            Self::Politics => "medtop:11000000",
            Self::Unrest => "medtop:20000073",
            Self::Crime => "medtop:02000000",
            Self::Cyber => "medtop:20000763",
            Self::Economy => "medtop:04000000",
            Self::Energy => "medtop:20000256",
            Self::Trade => "medtop:20000345",
            Self::Disaster => "medtop:03000000",
            Self::Health => "medtop:07000000",
            Self::Environment => "medtop:06000000",
            Self::Science => "medtop:13000000",
        }
    }
}
