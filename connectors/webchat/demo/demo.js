// As a merchant would: the queue exists before the widget's script has come.
window.passerelle = window.passerelle || [];
document.addEventListener('click', (event) => {
  const button = event.target.closest('[data-chat]');
  if (button) window.passerelle.push([button.dataset.chat]);
});
