//! What a file of the sources is called as a module, and what it imports and defines.

use std::collections::BTreeSet;

use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};

/// `src/state/store.rs` is `state::store`, `crates/model/src/ids.rs` is `model::ids`.
pub(super) fn module_of(file: &str) -> String {
    file.replacen("crates/", "", 1)
        .replacen("src/", "", 1)
        .trim_end_matches(".rs")
        .trim_end_matches("/mod")
        .trim_end_matches("/lib")
        .replace('/', "::")
}

/// The module that a path names, whichever crate it is written in: `crate::world` of the sandbox is
/// `sandbox::world`, and `orgctl_model::ids` is `model::ids`.
pub(super) fn seen_from(file: &str, path: &str) -> String {
    if let Some(other) = path.strip_prefix("orgctl_") {
        return other.to_owned();
    }
    if path.starts_with("super::") {
        let (mut module, mut rest) = (module_of(file), path);
        while let Some(further) = rest.strip_prefix("super::") {
            rest = further;
            let end = module.rfind("::").unwrap_or_default();
            module.truncate(end);
        }
        return format!("{module}::{rest}");
    }
    let inner = path.trim_start_matches("crate::");
    match file
        .strip_prefix("crates/")
        .and_then(|file| file.split_once('/'))
    {
        Some((own, _)) => format!("{own}::{inner}"),
        None => inner.to_owned(),
    }
}

/// What a file names outside its tests.
#[derive(Default)]
pub(super) struct Paths {
    pub(super) imports: BTreeSet<String>,
    pub(super) functions: Vec<(String, usize)>,
    pub(super) idents: BTreeSet<String>,
}

impl Paths {
    pub(super) fn of(file: &str, text: &str) -> Self {
        let mut paths = Self::default();
        let parsed = syn::parse_file(text).unwrap_or_else(|error| panic!("{file}: {error}"));
        paths.visit_file(&parsed);
        paths
    }

    fn use_tree(&mut self, tree: &syn::UseTree, before: &str) {
        match tree {
            syn::UseTree::Path(path) => {
                self.use_tree(&path.tree, &format!("{before}{}::", path.ident));
            }
            syn::UseTree::Name(name) => self.add_path(&format!("{before}{}", name.ident)),
            syn::UseTree::Rename(name) => self.add_path(&format!("{before}{}", name.ident)),
            syn::UseTree::Glob(_) => self.add_path(&format!("{before}*")),
            syn::UseTree::Group(group) => {
                for tree in &group.items {
                    self.use_tree(tree, before);
                }
            }
        }
    }

    fn add_path(&mut self, path: &str) {
        if ["crate::", "orgctl_", "super::"]
            .iter()
            .any(|begin| path.starts_with(begin))
        {
            self.imports.insert(path.to_owned());
        }
    }

    fn function(&mut self, signature: &syn::Signature, block: &syn::Block) {
        let span = block.span();
        let lines = span.end().line - span.start().line + 1;
        self.functions.push((signature.ident.to_string(), lines));
        self.idents.insert(signature.ident.to_string());
    }
}

impl<'ast> Visit<'ast> for Paths {
    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.use_tree(&item.tree, "");
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let parts: Vec<String> = path
            .segments
            .iter()
            .map(|part| part.ident.to_string())
            .collect();
        self.add_path(&parts.join("::"));
        visit::visit_path(self, path);
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        // Tests may reach anywhere.
        if item.ident != "tests" {
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.function(&item.sig, &item.block);
        visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.function(&item.sig, &item.block);
        visit::visit_impl_item_fn(self, item);
    }

    fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
        self.idents.insert(item.ident.to_string());
        visit::visit_item_struct(self, item);
    }

    fn visit_item_enum(&mut self, item: &'ast syn::ItemEnum) {
        self.idents.insert(item.ident.to_string());
        visit::visit_item_enum(self, item);
    }

    fn visit_variant(&mut self, variant: &'ast syn::Variant) {
        self.idents.insert(variant.ident.to_string());
        visit::visit_variant(self, variant);
    }

    fn visit_field(&mut self, field: &'ast syn::Field) {
        self.idents
            .extend(field.ident.iter().map(ToString::to_string));
        visit::visit_field(self, field);
    }
}
