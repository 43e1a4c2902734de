using System.Collections.Concurrent;
using Redoubt.Handset.Apps;
using Redoubt.Handset.Screen;

// The phone's ordinary software: a home screen and a banking app. Nothing that must be secure relies on it.
BlockingCollection<Touch> touches = [];
Touchscreen.Listen(touches);
using Framebuffer framebuffer = new("fb0");
App app = new Home(new Phone(null, null));
while (true)
{
    Page page = Page.Draw(framebuffer.Bitmap, app.Draw);
    framebuffer.Show();
    while (!app.IsStale && app.Next is null)
    {
        if (touches.TryTake(out Touch touch, TimeSpan.FromMilliseconds(250)) && page.Touch(touch.At))
            break;
    }

    app = app.Next ?? app;
}
