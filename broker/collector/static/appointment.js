// The slip of an appointment: printed by the browser.
document.getElementById("print").addEventListener("click", () => print());
