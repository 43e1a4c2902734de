using System.Runtime;
using Redoubt.Abi;
using Redoubt.Partition;

namespace Redoubt.Carrier;

/// <summary>
/// Carries bytes between its console and a channel called "relay": a line "r HEX" goes to the channel, and what comes from there is written as lines "relay HEX .".
/// </summary>
internal static unsafe class Program
{
    private static ConsoleWriter s_writer;
    private static RingReader s_keys, s_reader;
    private static RingWriter s_sender;
    private static ulong s_slot;
    private static int s_place;
    private static byte s_high;

    [RuntimeExport("redoubt_main")]
    private static void Main()
    {
        s_writer.Open();
        if (!Self.TryFindChannel("console"u8, out ChannelEnd* console) || !Self.TryFindChannel("relay"u8, out ChannelEnd* relay))
            return;
        s_keys.Open(in *console);
        s_reader.Open(in *relay);
        s_sender.Open(in *relay);
        s_slot = relay->NotifySlot;
        s_writer.WriteLine("ready"u8);
        while (true)
        {
            bool moved = false;
            while (s_keys.TryRead(out byte key))
            {
                moved = true;
                Type(key);
            }

            if (!Show() && !moved)
                Kernel.Wait(Kernel.Never, out _);
        }
    }

    private static bool Show()
    {
        const int Line = 32;
        if (s_reader.Available == 0)
            return false;
        s_writer.Write("relay "u8);
        bool full = s_reader.Available > (16 << 10) / 4;
        for (int i = 0; i < Line && s_reader.TryRead(out byte value); i++)
        {
            s_writer.Write("0123456789abcdef"u8[value >> 4]);
            s_writer.Write("0123456789abcdef"u8[value & 15]);
        }

        s_writer.WriteLine(" ."u8);
        if (full)
            Kernel.Notify(s_slot);
        return true;
    }

    // The first two characters of a line are "r "; then two digits are a byte.
    private static void Type(byte key)
    {
        if (key == '\r')
        {
            s_place = 0;
            return;
        }

        if (s_place++ < 2)
            return;
        byte digit = (byte)(key <= '9' ? key - '0' : key - 'a' + 10);
        if (s_place % 2 != 0)
        {
            s_high = digit;
            return;
        }

        bool announce;
        while (!s_sender.TryWrite((byte)(s_high << 4 | digit), out announce))
            Show();
        if (announce)
            Kernel.Notify(s_slot);
    }
}
