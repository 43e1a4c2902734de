using System;
using System.Runtime;
using System.Runtime.InteropServices;
using Redoubt.Abi;
using Redoubt.Drawing;
using Redoubt.Partition;

namespace Redoubt.Ui;

/// <summary>Display, keys and touch: shows the screen that has the focus, and gives it what is typed and touched.</summary>
internal static unsafe class Program
{
    // A screen is shown for this long before it gets input, and after an entry was sent away nobody must have touched anything for so long, in ms; surfaces are looked at
    // so often in a second.
    private const ulong DeadTime = 750, PeaceTime = 5000, FramesPerSecond = 30;

    // What no client ever gets: the power key of a phone, F12 of a keyboard (KEY_POWER, KEY_F12).
    private const uint PowerKey = 116, FunctionKey = 88;

    private static WorkMemory s_memory;
    private static Gpu s_gpu;
    private static InputDevice s_keyboard, s_touch;
    private static Pointer s_pointer;
    private static Focus s_focus;
    private static Clients s_clients;
    private static int s_shown;
    private static ulong s_frame, s_nextFrame;

    [RuntimeExport("redoubt_main")]
    private static void Main()
    {
        Open();
        ulong events = 0;
        while (true)
        {
            s_keyboard.Attend(events);
            s_touch.Attend(events);
            TakeKeys();
            TakeTouch();
            TakeRequests();
            events = s_gpu.TakeEvents();
            if (events != 0)
                continue;
            Refresh();
            Kernel.Wait(s_nextFrame, out Arrival arrival);
            events = arrival.Events;
        }
    }

    private static void Open()
    {
        ref readonly Manifest manifest = ref Self.Manifest;
        int count = (int)manifest.ScreenCount;
        if (count == 0)
            Panic.Stop("nobody has a screen"u8);
        ref readonly ScreenEnd first = ref manifest.Screens[0];
        uint width = (uint)first.Width, height = (uint)first.Height + Screen.StripHeight;
        if (!Self.TryFindDevice("gpu"u8, out DeviceEntry* gpu) || !s_gpu.TryOpen(gpu->Address, width, height, ref s_memory))
            Panic.Stop("there is no display"u8);
        if (!Self.TryFindDevice("keyboard"u8, out DeviceEntry* keyboard) || !s_keyboard.TryOpen(keyboard, ref s_memory))
            Panic.Stop("there is no keyboard"u8);
        if (!Self.TryFindDevice("touch"u8, out DeviceEntry* touch) || !s_touch.TryOpen(touch, ref s_memory))
            Panic.Stop("there is no touch"u8);

        uint entries = 0;
        for (int i = 0; i < count; i++)
        {
            ref readonly ChannelEnd end = ref *Self.Channel(manifest.Screens[i].Channel);
            s_clients[i].Open(in end);
            entries |= end.Guest == 0 ? 1U << i : 0;
        }

        Kernel.Discover(out _, out _, out _, out ulong frequency);
        s_frame = frequency / FramesPerSecond;
        s_pointer.Open(width, height);
        s_focus.Open(count, entries, frequency * DeadTime / 1000, frequency * PeaceTime / 1000);
        for (int i = 0, place = 0; i < count; i++)
            Prepare(i, (entries >> i & 1) != 0 ? -1 : place++, width);
        s_shown = Focus.Nobody;
        Show();
    }

    // The strip is painted once, into memory that nobody else has, and the display is told of both parts of the screen.
    private static void Prepare(int index, int place, uint width)
    {
        ref readonly ScreenEnd screen = ref Self.Manifest.Screens[index];
        ulong strip = s_memory.Take(width * Screen.StripHeight * Screen.PixelSize, out ulong physical);
        Canvas canvas = new(strip, (int)width, (int)Screen.StripHeight);
        int next = place < 0 ? index : s_focus.Next(index);
        ReadOnlySpan<byte> other = next == index ? default : Words(in Self.Manifest.Screens[next].Title);
        if (!Strip.TryPaint(in canvas, BuiltAtlas.Address(), Words(in screen.Title), place, other))
            Panic.Stop("the words of a strip can't be shown"u8);
        s_gpu.Add((uint)index + 1, physical, screen.Physical);
    }

    private static ReadOnlySpan<byte> Words(in Title title)
    {
        fixed (Title* at = &title)
        {
            int length = 0;
            while (length < Title.Longest && ((byte*)at)[length] != 0)
                length++;
            return new ReadOnlySpan<byte>(at, length);
        }
    }

    private static void TakeKeys()
    {
        while (s_keyboard.TryTake(out ulong word))
        {
            if (Screen.Type(word) != Screen.Key)
                continue;
            uint code = Screen.Code(word);
            bool isDown = Screen.Value(word) != 0;
            if (code is PowerKey or FunctionKey)
            {
                if (Screen.Value(word) == 1 && s_focus.Attend(Kernel.Counter))
                    Show();
            }
            else if (code < Screen.KeyLimit)
            {
                Press(code, isDown);
            }
        }
    }

    private static void TakeTouch()
    {
        while (s_touch.TryTake(out ulong word))
        {
            bool wasDown = s_pointer.IsDown;
            if (!s_pointer.Feed(word))
                continue;
            if (wasDown || !s_pointer.IsDown || s_pointer.Y >= Screen.StripHeight)
                Touch(wasDown);
            else if (s_focus.Turn())
                Show();
        }
    }

    // A finger on the surface, or one that came from there. The strip's rows are above its first.
    private static void Touch(bool wasDown)
    {
        bool isChange = s_pointer.IsDown != wasDown;
        int screen = isChange ? s_focus.Press(Screen.Touch, s_pointer.IsDown, Kernel.Counter) : s_focus.Move(Screen.Touch);
        if (screen == Focus.Nobody)
            return;
        ref Client client = ref s_clients[screen];
        if (s_pointer.IsDown && !client.HasRoom)
            return;
        // Where a finger goes up need not be where it was last.
        client.Send(Screen.Absolute, Screen.X, s_pointer.X);
        client.Send(Screen.Absolute, Screen.Y, Math.Max(s_pointer.Y, Screen.StripHeight) - Screen.StripHeight);
        if (isChange)
            client.Send(Screen.Key, Screen.Touch, s_pointer.IsDown ? 1U : 0);
        client.Finish();
    }

    private static void Press(uint code, bool isDown)
    {
        int screen = s_focus.Press(code, isDown, Kernel.Counter);
        if (screen == Focus.Nobody)
            return;
        ref Client client = ref s_clients[screen];
        if (isDown && !client.HasRoom)
            return;
        client.Send(Screen.Key, code, isDown ? 1U : 0);
        client.Finish();
    }

    private static void TakeRequests()
    {
        for (int i = 0; i < (int)Self.Manifest.ScreenCount; i++)
        {
            if (s_focus.Ask(i, s_clients[i].Wants, Kernel.Counter))
                Show();
        }
    }

    // Input stops first, then display and strip change at once, and only then anybody hears of it.
    private static void Show()
    {
        while (s_focus.TryRelease(out int screen, out uint code))
        {
            s_clients[screen].Send(Screen.Key, code, 0);
            s_clients[screen].Finish();
        }

        if (s_shown != Focus.Nobody)
            s_clients[s_shown].TellFocus(false);
        s_shown = s_focus.Focused;
        s_gpu.Show((uint)(s_shown + 1));
        s_focus.Shown(Kernel.Counter);
        if (s_shown != Focus.Nobody)
            s_clients[s_shown].TellFocus(true);
    }

    private static void Refresh()
    {
        ulong now = Kernel.Counter;
        if (now < s_nextFrame)
            return;
        s_nextFrame = now + s_frame;
        if (s_shown != Focus.Nobody)
            s_gpu.Refresh((uint)(s_shown + 1));
    }
}
