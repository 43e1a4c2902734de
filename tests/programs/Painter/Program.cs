using System.Runtime;
using Redoubt.Abi;
using Redoubt.Drawing;
using Redoubt.Partition;

namespace Redoubt.Painter;

/// <summary>
/// A service with a screen. Typed at its console, "e" asks for the focus and "l" gives it back; on its screen it writes a word, and on the console it tells
/// of the focus and of each key and touch.
/// </summary>
internal static unsafe class Program
{
    private const uint Background = 0x20_4060, White = 0xff_ffff;

    private static ConsoleWriter s_console;
    private static RingReader s_typed;
    private static ScreenClient s_screen;

    [RuntimeExport("redoubt_main")]
    private static void Main()
    {
        if (Self.Manifest.ScreenCount != 1 || !Self.TryFindChannel("console"u8, out ChannelEnd* console))
            return;
        ref readonly ScreenEnd screen = ref Self.Manifest.Screens[0];
        s_console.Open();
        s_typed.Open(in *console);
        s_screen.Open(in *Self.Channel(screen.Channel));
        Paint(in screen);
        s_console.WriteLine("painter ready"u8);
        bool had = false;
        while (true)
        {
            while (s_typed.TryRead(out byte character))
            {
                if (character is (byte)'e' or (byte)'l')
                    s_screen.Ask(character == 'e');
            }

            bool has = s_screen.HasFocus;
            if (has != had)
                s_console.WriteLine(has ? "focus gained"u8 : "focus lost"u8);
            had = has;
            while (s_screen.TryTake(out ulong word))
                Tell(word);
            Kernel.Wait(Kernel.Never, out _);
        }
    }

    private static void Paint(in ScreenEnd screen)
    {
        Canvas canvas = new(screen.Surface, (int)screen.Width, (int)screen.Height);
        canvas.Fill(0, 0, canvas.Width, canvas.Height, Background);
        if (Face.TryOpen(BuiltAtlas.Address(), Faces.Title, out Face title))
            canvas.Write(in title, (canvas.Width - title.Measure("Painter"u8)) / 2, canvas.Height / 2, "Painter"u8, White);
    }

    private static void Tell(ulong word)
    {
        if (Screen.Type(word) == Screen.Synchronise)
            return;
        s_console.Write(Screen.Type(word) == Screen.Key ? "key "u8 : "at "u8);
        s_console.WriteDecimal(Screen.Code(word));
        s_console.Write(" "u8);
        s_console.WriteDecimal(Screen.Value(word));
        s_console.WriteLine(""u8);
    }
}
