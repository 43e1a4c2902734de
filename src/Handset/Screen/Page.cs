using SkiaSharp;

namespace Redoubt.Handset.Screen;

/// <summary>A picture being drawn, and what of it can be touched.</summary>
/// <param name="canvas">Scaled to points.</param>
/// <param name="height">Height in points.</param>
public sealed class Page(SKCanvas canvas, float height)
{
    private readonly List<(SKRect Area, Action Do)> _targets = [];

    /// <summary>What is drawn on.</summary>
    public SKCanvas Canvas => canvas;

    /// <summary>Height in points.</summary>
    public float Height => height;

    /// <summary>Draws a page that fills a bitmap.</summary>
    public static Page Draw(SKBitmap bitmap, Action<Page> draw)
    {
        using SKCanvas canvas = new(bitmap);
        float scale = bitmap.Width / Theme.Width;
        canvas.Scale(scale);
        Page page = new(canvas, bitmap.Height / scale);
        draw(page);
        return page;
    }

    /// <summary>Does what a touch at a place in parts of the screen is for. What was drawn last is on top.</summary>
    /// <returns>Whether it is for something.</returns>
    public bool Touch(SKPoint at)
    {
        SKPoint point = new(at.X * Theme.Width, at.Y * height);
        Action? action = _targets.FindLast(target => target.Area.Contains(point)).Do;
        action?.Invoke();
        return action is not null;
    }

    /// <summary>Makes an area one that can be touched.</summary>
    public void Touchable(SKRect area, Action action) => _targets.Add((area, action));

    public void Fill(SKColor color) => canvas.Clear(color);

    /// <summary>Fills the page from top to bottom.</summary>
    public void Fill(params SKColor[] colors)
    {
        using SKPaint paint = new() { Shader = SKShader.CreateLinearGradient(new(0, 0), new(Theme.Width * 0.4f, height), colors, SKShaderTileMode.Clamp), IsDither = true };
        canvas.DrawPaint(paint);
    }

    public void Box(SKRect area, float radius, SKColor color, bool raised = false)
    {
        using SKPaint paint = new() { Color = color, IsAntialias = true };
        if (raised)
            paint.ImageFilter = SKImageFilter.CreateDropShadow(0, 2, 6, 6, new SKColor(0x1a, 0x2a, 0x50, 0x28));
        canvas.DrawRoundRect(area, radius, radius, paint);
    }

    /// <summary>A line of text; y is its base line.</summary>
    public void Text(string text, float x, float y, SKFont font, SKColor color, SKTextAlign align = SKTextAlign.Left)
    {
        using SKPaint paint = new() { Color = color, IsAntialias = true };
        canvas.DrawText(text, x, y, align, font, paint);
        font.Dispose();
    }

    /// <summary>Text in lines of some width, centred at x; returns the base line after the last.</summary>
    public float Paragraph(string text, float x, float y, float width, float size, SKColor color)
    {
        using SKFont font = Theme.Plain(size);
        string line = "";
        foreach (string word in text.Split(' '))
        {
            string longer = line.Length == 0 ? word : $"{line} {word}";
            if (line.Length > 0 && font.MeasureText(longer) > width)
            {
                Text(line, x, y, Theme.Plain(size), color, SKTextAlign.Center);
                y += size * 1.45f;
                longer = word;
            }

            line = longer;
        }

        Text(line, x, y, Theme.Plain(size), color, SKTextAlign.Center);
        return y + (size * 1.45f);
    }

    /// <summary>A button over the width of the page.</summary>
    public void Button(string label, float top, SKColor color, SKColor ink, Action action)
    {
        SKRect area = new(24, top, Theme.Width - 24, top + 52);
        Box(area, 16, color);
        Text(label, area.MidX, area.MidY + 6, Theme.Strong(17), ink, SKTextAlign.Center);
        Touchable(area, action);
    }

    /// <summary>The head of an app: its name, and the way back.</summary>
    public void Head(string title, Action back)
    {
        Text("‹", 24, 45, Theme.Plain(30), Theme.Accent);
        Text(title, Theme.Width / 2, 43, Theme.Strong(18), Theme.Ink, SKTextAlign.Center);
        Touchable(new SKRect(0, 0, 80, 64), back);
    }
}
