// Sets the remembered theme before anything is drawn; without one the system's holds.
(() => {
  try {
    const theme = localStorage.getItem("headwater-theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  } catch {
    // Storage may be forbidden; then nothing is remembered.
  }
})();
