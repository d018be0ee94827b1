//! A canvas of twice the size, with a few shapes; whole numbers only. Made half as large at the end,
//! its edges are smooth.
use image::{Rgb, RgbImage};

/// Red, green, blue.
pub type Colour = [u8; 3];

const WIDTH: i32 = 590;
const HEIGHT: i32 = 826;

/// What is drawn on.
pub struct Canvas {
    pixels: Vec<Colour>,
}

impl Canvas {
    /// A background that grows a little darker downwards.
    pub fn shaded(colour: Colour) -> Self {
        let rows = (0..HEIGHT).map(|y| darker(colour, y * 22 / HEIGHT));
        let across = usize::try_from(WIDTH).unwrap_or_default();
        Self { pixels: rows.flat_map(|row| std::iter::repeat_n(row, across)).collect() }
    }

    fn pixel(&mut self, x: i32, y: i32) -> Option<&mut Colour> {
        if !(0..WIDTH).contains(&x) || !(0..HEIGHT).contains(&y) {
            return None;
        }
        self.pixels.get_mut(usize::try_from(y * WIDTH + x).ok()?)
    }

    fn paint(&mut self, area: [i32; 4], inside: impl Fn(i32, i32) -> bool, colour: Colour) {
        let [left, top, right, bottom] = area;
        for y in top.max(0)..=bottom.min(HEIGHT - 1) {
            for x in left.max(0)..=right.min(WIDTH - 1) {
                if inside(x, y)
                    && let Some(pixel) = self.pixel(x, y)
                {
                    *pixel = colour;
                }
            }
        }
    }

    /// A filled ellipse.
    pub fn ellipse(&mut self, x: i32, y: i32, wide: i32, high: i32, colour: Colour) {
        let area = [x - wide, y - high, x + wide, y + high];
        self.paint(area, |px, py| within(px - x, py - y, wide, high), colour);
    }

    /// The upper part of an ellipse, down to a line.
    pub fn cap(&mut self, x: i32, y: i32, wide: i32, high: i32, line: i32, colour: Colour) {
        let area = [x - wide, y - high, x + wide, line];
        self.paint(area, |px, py| within(px - x, py - y, wide, high), colour);
    }

    /// The edge of an ellipse.
    pub fn ring(&mut self, x: i32, y: i32, wide: i32, high: i32, thick: i32, colour: Colour) {
        let area = [x - wide, y - high, x + wide, y + high];
        let inside = |px, py| {
            within(px - x, py - y, wide, high) && !within(px - x, py - y, wide - thick, high - thick)
        };
        self.paint(area, inside, colour);
    }

    /// A filled box.
    pub fn box_of(&mut self, left: i32, top: i32, right: i32, bottom: i32, colour: Colour) {
        self.paint([left, top, right, bottom], |_, _| true, colour);
    }

    /// A filled triangle.
    pub fn triangle(&mut self, [a, b, c]: [(i32, i32); 3], colour: Colour) {
        let side = |p: (i32, i32), q: (i32, i32), x: i32, y: i32| {
            i64::from(q.0 - p.0) * i64::from(y - p.1) - i64::from(q.1 - p.1) * i64::from(x - p.0)
        };
        let inside = |x, y| {
            let sides = [side(a, b, x, y), side(b, c, x, y), side(c, a, x, y)];
            sides.iter().all(|side| *side >= 0) || sides.iter().all(|side| *side <= 0)
        };
        let area =
            [a.0.min(b.0).min(c.0), a.1.min(b.1).min(c.1), a.0.max(b.0).max(c.0), a.1.max(b.1).max(c.1)];
        self.paint(area, inside, colour);
    }

    /// A soft spot of light or shade: `percent` of the colour in its middle, nothing at its edge.
    pub fn veil(&mut self, x: i32, y: i32, wide: i32, high: i32, colour: Colour, percent: i32) {
        for py in y - high..=y + high {
            for px in x - wide..=x + wide {
                let far = far(px - x, py - y, wide, high);
                let part = i32::try_from((1000 - far).max(0)).unwrap_or_default() * percent;
                if part > 0
                    && let Some(pixel) = self.pixel(px, py)
                {
                    for (old, new) in pixel.iter_mut().zip(colour) {
                        let mixed = (i32::from(*old) * (100_000 - part) + i32::from(new) * part) / 100_000;
                        *old = u8::try_from(mixed).unwrap_or(*old);
                    }
                }
            }
        }
    }

    /// The picture: four drawn points for each of its own.
    pub fn finish(self) -> RgbImage {
        let (width, height) = (WIDTH.unsigned_abs() / 2, HEIGHT.unsigned_abs() / 2);
        RgbImage::from_fn(width, height, |x, y| {
            let across = WIDTH.unsigned_abs();
            let at = [(0, 0), (1, 0), (0, 1), (1, 1)].map(|(dx, dy)| (y * 2 + dy) * across + x * 2 + dx);
            let four = at.map(|at| {
                usize::try_from(at).ok().and_then(|at| self.pixels.get(at)).copied().unwrap_or_default()
            });
            Rgb([0, 1, 2].map(|channel| {
                let sum: u32 = four.iter().filter_map(|one| one.get(channel)).map(|v| u32::from(*v)).sum();
                u8::try_from(sum / 4).unwrap_or(u8::MAX)
            }))
        })
    }
}

/// How far a point is from the middle of an ellipse: 1000 at its edge.
fn far(dx: i32, dy: i32, wide: i32, high: i32) -> i64 {
    let part = |d: i32, r: i32| i64::from(d) * i64::from(d) * 1000 / (i64::from(r) * i64::from(r)).max(1);
    part(dx, wide) + part(dy, high)
}

fn within(dx: i32, dy: i32, wide: i32, high: i32) -> bool {
    far(dx, dy, wide, high) <= 1000
}

/// The colour with this much less of everything.
pub fn darker(colour: Colour, by: i32) -> Colour {
    colour.map(|part| u8::try_from((i32::from(part) - by).clamp(0, 255)).unwrap_or(part))
}

/// The colour with this much more of everything.
pub fn lighter(colour: Colour, by: i32) -> Colour {
    darker(colour, -by)
}
