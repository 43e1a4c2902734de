using Redoubt.Handset.Apps;
using Redoubt.Handset.Screen;
using SkiaSharp;

namespace Redoubt.Handset.Tests;

/// <summary>Somebody who uses the phone: sees what is drawn, and touches it.</summary>
internal sealed class Finger : IDisposable
{
    private readonly SKBitmap _bitmap;
    private Page _page;

    public Finger(App app, int width = 360, int height = 600)
    {
        _bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Bgra8888, SKAlphaType.Opaque));
        App = app;
        _page = Page.Draw(_bitmap, app.Draw);
    }

    /// <summary>What is shown.</summary>
    public App App { get; private set; }

    public byte[] Pixels => _bitmap.GetPixelSpan().ToArray();

    /// <summary>Touches a place, in points, and looks at what it led to.</summary>
    public bool Touch(float x, float y)
    {
        bool touched = _page.Touch(new SKPoint(x / Theme.Width, y / _page.Height));
        App = App.Next ?? App;
        Look();
        return touched;
    }

    /// <summary>Looks again.</summary>
    public void Look() => _page = Page.Draw(_bitmap, App.Draw);

    public void Dispose() => _bitmap.Dispose();
}
