//! Who may stand in for the holder of a duty (代理), and for how long.
use kernel::UnixMicros;
use web::Message;

/// Somebody whom the holder of a duty wants to stand in for them.
#[derive(Debug, Clone, Copy)]
pub struct StandingIn<'a> {
    /// Account of the holder.
    pub by: &'a str,
    /// Until when they hold it, exclusive.
    pub held_until: Option<UnixMicros>,
    /// Whether they only stand in themselves.
    pub is_borrowed: bool,
    /// Account that would stand in.
    pub to: &'a str,
    /// From when.
    pub from: UnixMicros,
    /// Until when, exclusive.
    pub until: Option<UnixMicros>,
}

/// Why nobody can stand in so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StandInRefused {
    /// One does not stand in for oneself.
    ForOneself,
    /// Whoever stands in passes nothing on.
    Borrowed,
    /// It has no end.
    Endless,
    /// It would go on after the holder's own duty.
    LongerThanHeld,
    /// It would never count.
    Over,
}

impl StandInRefused {
    /// What to tell the person.
    #[must_use]
    pub fn message(self) -> Message {
        match self {
            Self::ForOneself => Message::new("stand-in-oneself"),
            Self::Borrowed => Message::new("stand-in-borrowed"),
            Self::Endless => Message::new("stand-in-endless"),
            Self::LongerThanHeld => Message::new("stand-in-longer"),
            Self::Over => Message::new("grant-over"),
        }
    }

    /// The field of the form it is about.
    #[must_use]
    pub fn field(self) -> &'static str {
        match self {
            Self::ForOneself => "login",
            Self::Borrowed => "grant",
            Self::Endless | Self::LongerThanHeld | Self::Over => "until",
        }
    }
}

/// Whether somebody may stand in so: for a time that ends, within the holder's own, for a duty of the holder's own.
///
/// # Errors
/// [`StandInRefused`].
pub fn check_stand_in(asked: &StandingIn<'_>, now: UnixMicros) -> Result<(), StandInRefused> {
    if asked.by == asked.to {
        return Err(StandInRefused::ForOneself);
    }
    if asked.is_borrowed {
        return Err(StandInRefused::Borrowed);
    }
    let until = asked.until.ok_or(StandInRefused::Endless)?;
    if until <= now || until <= asked.from {
        return Err(StandInRefused::Over);
    }
    if asked.held_until.is_some_and(|held| held < until) {
        return Err(StandInRefused::LongerThanHeld);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn somebody_stands_in_for_a_time_within_the_holders_own() {
        let at = |at| Some(UnixMicros::new(at));
        let asked = StandingIn {
            by: "a",
            held_until: at(500),
            is_borrowed: false,
            to: "b",
            from: UnixMicros::new(200),
            until: at(500),
        };
        let now = UnixMicros::new(100);
        assert_eq!(check_stand_in(&asked, now), Ok(()));
        assert_eq!(check_stand_in(&StandingIn { held_until: None, ..asked }, now), Ok(()));
        for (wrong, refused) in [
            (StandingIn { to: "a", ..asked }, StandInRefused::ForOneself),
            (StandingIn { is_borrowed: true, ..asked }, StandInRefused::Borrowed),
            (StandingIn { until: None, ..asked }, StandInRefused::Endless),
            (StandingIn { until: at(501), ..asked }, StandInRefused::LongerThanHeld),
            (StandingIn { until: at(200), ..asked }, StandInRefused::Over),
            (StandingIn { until: at(100), from: UnixMicros::new(0), ..asked }, StandInRefused::Over),
        ] {
            assert_eq!(check_stand_in(&wrong, now), Err(refused), "{wrong:?}");
        }
    }
}
