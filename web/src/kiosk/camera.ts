// The camera of this page: on only between start and stop, so that its light tells the truth.
const width_ideal = 1280;
const height_ideal = 720;
const jpeg_quality = 0.9;
const burst_frames = 3;
const burst_gap_ms = 120;

export class Camera {
  #stream: MediaStream | null = null;
  #video: HTMLVideoElement | null = null;

  async start(video: HTMLVideoElement): Promise<void> {
    const stream = await navigator.mediaDevices.getUserMedia({
      audio: false,
      video: { facingMode: "user", width: { ideal: width_ideal }, height: { ideal: height_ideal } },
    });
    this.#stream = stream;
    this.#video = video;
    video.srcObject = stream;
    await video.play();
  }

  stop(): void {
    this.#stream?.getTracks().forEach((track) => track.stop());
    this.#stream = null;
    if (this.#video) this.#video.srcObject = null;
    this.#video = null;
  }

  // A small copy of what the oval shows, for local measures; null while there is no picture.
  sample(canvas: HTMLCanvasElement): ImageData | null {
    const video = this.#video;
    const context = canvas.getContext("2d", { willReadFrequently: true });
    if (!video || !context || video.videoWidth === 0) return null;
    const height = Math.min(video.videoHeight, (video.videoWidth * canvas.height) / canvas.width) * 0.86;
    const width = (height * canvas.width) / canvas.height;
    const left = (video.videoWidth - width) / 2;
    const top = (video.videoHeight - height) / 2;
    context.drawImage(video, left, top, width, height, 0, 0, canvas.width, canvas.height);
    return context.getImageData(0, 0, canvas.width, canvas.height);
  }

  async frame(): Promise<Blob> {
    const video = this.#video;
    if (!video || video.videoWidth === 0) throw new Error("the camera gives no picture");
    const scale = Math.min(1, width_ideal / video.videoWidth, height_ideal / video.videoHeight);
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(video.videoWidth * scale);
    canvas.height = Math.round(video.videoHeight * scale);
    canvas.getContext("2d")?.drawImage(video, 0, 0, canvas.width, canvas.height);
    const picture = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/jpeg", jpeg_quality));
    canvas.width = canvas.height = 0;
    if (!picture) throw new Error("the picture cannot be made");
    return picture;
  }

  async burst(): Promise<Blob[]> {
    const frames: Blob[] = [];
    while (frames.length < burst_frames) {
      if (frames.length > 0) await new Promise((done) => setTimeout(done, burst_gap_ms));
      frames.push(await this.frame());
    }
    return frames;
  }
}
