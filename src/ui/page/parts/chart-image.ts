// A drawing as a PNG: with its colours as they are on the page, twice as fine.

const FINENESS = 2;

/** The picture of an SVG of this page. */
export async function pngOf(svg: SVGSVGElement): Promise<Blob> {
  const { width, height } = svg.getBoundingClientRect();
  const image = new Image();
  const url = URL.createObjectURL(new Blob([standalone(svg)], { type: 'image/svg+xml' }));
  try {
    image.src = url;
    await image.decode();
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [width * FINENESS, height * FINENESS];
    const context = canvas.getContext('2d');
    if (context === null) throw new Error('this browser draws no pictures');
    context.fillStyle = getComputedStyle(document.documentElement).getPropertyValue('--card') || '#fff';
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) =>
      canvas.toBlob((blob) => (blob === null ? reject(new Error('no picture')) : resolve(blob)), 'image/png'),
    );
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** The SVG's text with the values of its variables: outside of the page nobody knows them. */
function standalone(svg: SVGSVGElement): string {
  const styles = getComputedStyle(svg);
  const copy = svg.cloneNode(true) as SVGSVGElement;
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  copy.style.fontFamily = styles.fontFamily;
  return new XMLSerializer()
    .serializeToString(copy)
    .replace(
      /var\((--[a-z0-9-]+)\)/g,
      (_, name: string) => styles.getPropertyValue(name).trim() || 'currentColor',
    );
}
