using System.Collections.Concurrent;
using Redoubt.Handset;
using Redoubt.Handset.Apps;
using Redoubt.Handset.Network;
using Redoubt.Handset.Screen;

// The phone's ordinary software: a home screen and a banking app. Nothing that must be secure relies on it.
string[] told = ["/proc/cmdline", "/etc/handset"];
Settings settings = Settings.Parse(string.Join(' ', told.Where(File.Exists).Select(File.ReadAllText)));
using BankClient? bank = settings.Bank is { } address ? new BankClient(address, settings.AppKey) : null;
using Relay? pinPad = settings.PinPad is { } device && File.Exists(device) ? Relay.Open(device, settings.PadHost, settings.PadPort) : null;
BlockingCollection<Touch> touches = [];
Touchscreen.Listen(touches);
using Framebuffer framebuffer = new("fb0");
App app = new Home(new Phone(bank, pinPad));
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
