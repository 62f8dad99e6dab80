// What the pages of notifications do beside htmx: short addresses of filters.
document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.elt.id !== "filters") return;
  const said = event.detail.formData;
  for (const name of new Set(said.keys())) {
    const values = said.getAll(name).filter((value) => value !== "");
    said.delete(name);
    for (const value of values) said.append(name, value);
  }
});
