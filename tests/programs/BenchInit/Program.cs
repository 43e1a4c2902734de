using System;
using System.Runtime;
using System.Runtime.CompilerServices;

namespace Redoubt.BenchInit;

/// <summary>Measures what Linux does for a process, and says when it got here. One tick of the counter is one instruction.</summary>
internal static class Program
{
    private const ulong Calls = 10_000, Pages = 1024, Sleeps = 100;
    private const long PageSize = 4096, Millisecond = 1_000_000;

    private static Line s_line;

    [RuntimeExport("init_main")]
    private static void Main(ulong start)
    {
        Print("init-entry"u8, start);
        // The kernel has things to finish after its boot.
        Linux.Sleep(500 * Millisecond);
        if (!Linux.SeedRandom())
            Linux.Write("cannot seed the random generator\n"u8);
        Linux.SetExactTimers();

        // The first of each kind warms up what it needs.
        Linux.NullCalls(Calls);
        PrintAverage("null-call"u8, Linux.NullCalls(Calls), Calls);
        Linux.Touch(Linux.Map((long)Pages * PageSize), Pages);
        PrintAverage("page-touch"u8, Linux.Touch(Linux.Map((long)Pages * PageSize), Pages), Pages);
        PrintAverage("sleep-overshoot"u8, MeasureSleeps(), Sleeps);
        Linux.Write("figures end\n"u8);
        Linux.TurnOff();
    }

    // Ticks beyond a millisecond each that the sleeps take from call to return
    private static ulong MeasureSleeps()
    {
        ulong total = 0;
        for (ulong i = 0; i < Sleeps; i++)
        {
            ulong start = Linux.Counter();
            Linux.Sleep(Millisecond);
            total += Linux.Counter() - start - Millisecond;
        }

        return total;
    }

    private static void Print(ReadOnlySpan<byte> name, ulong value)
    {
        int length = 0;
        Begin(ref length, name, value);
        End(length);
    }

    // With one decimal place
    private static void PrintAverage(ReadOnlySpan<byte> name, ulong total, ulong count)
    {
        int length = 0;
        Begin(ref length, name, total / count);
        s_line[length++] = (byte)'.';
        s_line[length++] = (byte)('0' + (total * 10 / count % 10));
        End(length);
    }

    private static void Begin(ref int length, ReadOnlySpan<byte> name, ulong value)
    {
        Append(ref length, "figure "u8);
        Append(ref length, name);
        Append(ref length, " "u8);
        ulong unit = 1;
        while (value / unit >= 10)
            unit *= 10;
        for (; unit != 0; unit /= 10)
            s_line[length++] = (byte)('0' + (value / unit % 10));
    }

    // A line goes in one piece, so that no kernel message gets into it.
    private static void End(int length)
    {
        s_line[length] = (byte)'\n';
        Linux.Write(((ReadOnlySpan<byte>)s_line)[..(length + 1)]);
    }

    private static void Append(ref int length, ReadOnlySpan<byte> text)
    {
        for (int i = 0; i < text.Length; i++)
            s_line[length++] = text[i];
    }

    [InlineArray(64)]
    private struct Line
    {
        private byte _first;
    }
}
