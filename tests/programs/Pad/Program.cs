using System;
using System.Runtime;
using System.Runtime.CompilerServices;
using Redoubt.Abi;
using Redoubt.Partition;
using Redoubt.PinPad;
using Redoubt.PinPad.Protocol;

namespace Redoubt.Pad;

/// <summary>
/// The pinpad with a console instead of a screen, keys and the phone: a test is all of these. Lines that are typed: "r HEX" bytes of the phone's software, "p DIGITS" a PIN, "e DIGITS"
/// a one-time code, "c" cancels, "t" time is over, "l" leaves the result, "a" tries again. "k" keeps what comes from now on; "f FROM TO", "x FROM TO", "d PIECE COUNT SEED" and "m TYPE COUNT SEED" are its <see cref="Mutants"/>.
/// </summary>
internal static unsafe class Program
{
    private static ConsoleWriter s_writer;
    private static RingReader s_reader;
    private static Line s_line;
    private static int s_length;
    private static Phase s_shown;

    [RuntimeExport("redoubt_main")]
    private static void Main()
    {
        s_writer.Open();
        if (!Self.TryFindChannel("console"u8, out ChannelEnd* end))
            return;
        s_reader.Open(in *end);
        bool ready = Credentials.Make((Identity*)Layout.Identity, in Self.Manifest);
        Session.Open(ready);
        s_writer.WriteLine(ready ? "ready"u8 : "no identity"u8);
        while (true)
        {
            bool moved = false;
            while (s_reader.TryRead(out byte key))
            {
                moved = true;
                Type(key);
            }

            while (Session.Pump())
                moved = true;
            Relay();
            Show();
            if (!moved)
                Kernel.Wait(Kernel.Never, out _);
        }
    }

    private static void Relay()
    {
        while (!Session.Outbox.IsEmpty)
        {
            s_writer.Write("relay "u8);
            for (int i = 0; i < 32 && !Session.Outbox.IsEmpty; i++)
            {
                byte value = Session.Outbox.Peek();
                Session.Outbox.Drop();
                s_writer.Write("0123456789abcdef"u8[value >> 4]);
                s_writer.Write("0123456789abcdef"u8[value & 15]);
            }

            s_writer.WriteLine(" ."u8);
        }
    }

    private static void Show()
    {
        if (Session.Phase == s_shown)
            return;
        s_shown = Session.Phase;
        switch (s_shown)
        {
            case Phase.Pin when Session.TryTransaction(out Transaction transaction) && Session.TryBank(out BankAnchor bank):
                s_writer.Write("pay "u8);
                s_writer.WriteDecimal(transaction.Amount);
                s_writer.Write(" "u8);
                s_writer.Write(transaction.Currency);
                s_writer.Write(" to "u8);
                s_writer.Write(transaction.PayeeName);
                s_writer.Write(" by "u8);
                s_writer.Write(bank.Name);
                s_writer.WriteLine(" ."u8);
                break;
            case Phase.Code:
                s_writer.WriteLine("code?"u8);
                break;
            case Phase.Result:
                s_writer.Write("ending "u8);
                s_writer.WriteDecimal((ulong)Session.Ending);
                s_writer.Write(" verdict "u8);
                s_writer.WriteDecimal((ulong)Session.Verdict);
                s_writer.Write(" left "u8);
                s_writer.WriteDecimal((ulong)Session.AttemptsLeft);
                s_writer.WriteLine(" ."u8);
                break;
            case Phase.Idle:
                s_writer.WriteLine("idle"u8);
                break;
        }
    }

    private static void Type(byte key)
    {
        if (key != '\r')
        {
            if (s_length < 2048)
                s_line[s_length++] = key;
            return;
        }

        ReadOnlySpan<byte> rest = ((ReadOnlySpan<byte>)s_line).Slice(2 < s_length ? 2 : s_length, 2 < s_length ? s_length - 2 : 0);
        switch (s_length == 0 ? 0 : s_line[0])
        {
            case (byte)'r':
                for (int i = 0; i + 1 < rest.Length; i += 2)
                {
                    while (!Session.TakesBytes && (Session.Pump() || !Session.Outbox.IsEmpty))
                        Relay();
                    byte value = (byte)(Digit(rest[i]) << 4 | Digit(rest[i + 1]));
                    Tape.Keep(value);
                    Session.Take(value);
                }

                break;
            case (byte)'p':
                Tape.KeepConfirm(rest);
                Session.Confirm(rest);
                break;
            case (byte)'e':
                Session.Enrol(rest);
                break;
            case (byte)'c':
                Session.Decline(Outcome.Canceled);
                break;
            case (byte)'t':
                Session.Decline(Outcome.Timeout);
                break;
            case (byte)'l':
                Tape.End();
                Session.Leave(retry: false);
                break;
            case (byte)'k':
                Tape.Begin();
                break;
            case (byte)'f' or (byte)'x':
                Mutate(s_line[0], Number(ref rest), Number(ref rest), 0);
                break;
            case (byte)'d' or (byte)'m':
                Mutate(s_line[0], Number(ref rest), Number(ref rest), Number(ref rest));
                break;
            case (byte)'a':
                Session.Leave(retry: true);
                break;
        }

        s_length = 0;
    }

    private static void Mutate(byte how, int first, int second, int seed)
    {
        ref Mutants mutants = ref Mutants.Begin(seed);
        if (how == 'd')
            mutants.DamagePiece(first, second);
        else if (how == 'm')
            mutants.DamageMessage(first, second);
        else
            mutants.TryEachByte(first, second, close: how == 'x');
        s_writer.Write("mutants refused "u8);
        s_writer.WriteDecimal((ulong)mutants.Refused);
        s_writer.Write(" waited "u8);
        s_writer.WriteDecimal((ulong)mutants.Waited);
        s_writer.Write(" accepted "u8);
        s_writer.WriteDecimal((ulong)mutants.Accepted);
        s_writer.Write(" of "u8);
        s_writer.WriteDecimal((ulong)Tape.Bytes.Length);
        s_writer.WriteLine(" ."u8);
    }

    // Decimal digits and a space behind them, which are then gone.
    private static int Number(ref ReadOnlySpan<byte> text)
    {
        int value = 0, at = 0;
        for (; at < text.Length && text[at] != ' '; at++)
            value = 10 * value + Digit(text[at]);
        text = text.Slice(at < text.Length ? at + 1 : at);
        return value;
    }

    private static int Digit(byte character) => character <= '9' ? character - '0' : character - 'a' + 10;

    [InlineArray(2048)]
    private struct Line
    {
        private byte _first;
    }
}
