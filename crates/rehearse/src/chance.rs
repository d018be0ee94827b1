//! Chance that falls the same way every time: generated names, numbers and faces hang on a word.

/// A stream of numbers that a word decides. For invented people only; draws of the product are in
/// `draw`. Source: `SplitMix64`, Steele, Lea and Flood 2014.
#[derive(Debug, Clone)]
pub struct Chance(u64);

impl Chance {
    /// The stream of this word.
    #[must_use]
    pub fn of(word: &str) -> Self {
        // FNV-1a, so that words that differ little begin far apart.
        let fold = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        Self(word.bytes().fold(0xcbf2_9ce4_8422_2325, fold))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 up to `end`, which is not reached.
    pub fn below(&mut self, end: u32) -> u32 {
        u32::try_from(self.next() % u64::from(end.max(1))).unwrap_or_default()
    }

    /// A number from `from` to `to`.
    pub fn between(&mut self, from: i32, to: i32) -> i32 {
        let width = u32::try_from(to - from + 1).unwrap_or(1);
        from + i32::try_from(self.below(width)).unwrap_or_default()
    }

    /// One of these.
    pub fn pick<T: Copy>(&mut self, all: &[T], otherwise: T) -> T {
        let at = self.below(u32::try_from(all.len()).unwrap_or(1));
        usize::try_from(at).ok().and_then(|at| all.get(at)).copied().unwrap_or(otherwise)
    }
}
