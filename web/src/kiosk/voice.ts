// Says a phrase aloud where the browser can. Off until the traveler asks for it.
const tags: Record<string, string> = { en: "en-US", es: "es-ES", fr: "fr-FR", zh: "zh-CN", ar: "ar" };

export const can_speak = () => "speechSynthesis" in window;

export function speak(text: string, language: string): void {
  if (!can_speak()) return;
  speechSynthesis.cancel();
  const spoken = new SpeechSynthesisUtterance(text);
  spoken.lang = tags[language] ?? language;
  speechSynthesis.speak(spoken);
}

export function be_quiet(): void {
  if (can_speak()) speechSynthesis.cancel();
}
