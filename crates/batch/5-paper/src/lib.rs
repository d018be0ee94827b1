//! Stage 5, paper (试卷): parallel forms of the theory paper, locked by two people, then printed or sat.
//!
//! For every occupation and level with a theory part a custodian assembles forms A and B and a reserve
//! R from the accepted items of the bank: the same assessment points, the same worth, the same kinds,
//! equally hard, and no item in two forms ([`assemble`]). The draw's seed is kept, so that it can be
//! repeated. A form is a copy of its items as they were; one custodian proposes to lock it, another
//! decides over the digest of everything it says, keys included. A locked form never changes and only
//! a locked form is printed; each print is in the trail. Candidates' stages read [`questions`], which
//! know no key; scoring reads [`keys`].
mod demand;
pub mod pages;
mod print_data;
mod risk;
mod rules;
mod store;
mod task;

pub use pages::{PERMISSIONS, routes};
pub use risk::risks;
pub use rules::{
    assembly::{AssemblyRefused, Placed, PoolItem, ShortPoint, assemble, needed, short_points},
    balance::{Balanced, Place, equalise, expected},
    colouring::{Edge, FORMS, colour},
    content::{FormContent, FormItem, FormLetter},
    weight::item_points,
};
pub use store::{
    all_queries,
    form::{
        Form, FormStatus, FormSum, PrintCount, add_form, add_form_item, add_print, form, form_by_id,
        form_items, form_sums, forms, lock_form, prints, remove_assembled,
    },
    question::{Key, Question, keys, questions},
};
pub use task::tasks;

/// What this stage writes to the trail.
pub const TRAIL_ACTIONS: &[&str] = &["form.assemble", "form.read", "form.lock", "form.print"];
