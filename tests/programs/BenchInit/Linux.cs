using System;
using System.Runtime;
using System.Runtime.CompilerServices;

namespace Redoubt.BenchInit;

/// <summary>System calls of Linux for arm64 (include/uapi/asm-generic/unistd.h). Negative results are errors.</summary>
internal static unsafe class Linux
{
    private const long CallIoctl = 29, CallOpenAt = 56, CallWrite = 64, CallNanosleep = 101, CallReboot = 142, CallPrctl = 167,
        CallGetppid = 173, CallMmap = 222;

    private const long WorkingFolder = -100, WriteOnly = 1, AddEntropy = 0x4008_5203, TimerSlack = 29;
    private const long ReadWrite = 3, PrivateAnonymous = 0x22, NoFile = -1;
    private const long RebootMagic1 = 0xfee1_dead, RebootMagic2 = 672_274_793, PowerOff = 0x4321_fedc;
    private const long NanosecondsPerSecond = 1_000_000_000;

    [RuntimeImport("*", "init_call"), MethodImpl(MethodImplOptions.InternalCall)]
    private static extern long Call(long number, long a1, long a2, long a3, long a4, long a5, long a6);

    [RuntimeImport("*", "init_null_calls"), MethodImpl(MethodImplOptions.InternalCall)]
    private static extern ulong NullCalls(long number, ulong count);

    /// <summary>Ticks of one store into each of so many pages of 4 KiB.</summary>
    [RuntimeImport("*", "init_touch"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern ulong Touch(long address, ulong pages);

    /// <summary>CNTVCT_EL0.</summary>
    [RuntimeImport("*", "init_counter"), MethodImpl(MethodImplOptions.InternalCall)]
    public static extern ulong Counter();

    /// <summary>Ticks of so many calls that do next to nothing.</summary>
    public static ulong NullCalls(ulong count) => NullCalls(CallGetppid, count);

    /// <summary>Writes to the console.</summary>
    public static void Write(ReadOnlySpan<byte> text)
    {
        fixed (byte* first = text)
            Call(CallWrite, 1, (long)first, text.Length, 0, 0, 0);
    }

    /// <summary>Gives the random generator a seed, which is always the same: what it then gives is quick.</summary>
    public static bool SeedRandom()
    {
        Entropy entropy;
        entropy.Bits = 256;
        entropy.Size = 32;
        for (int i = 0; i < 4; i++)
            entropy.Words[i] = (ulong)i + 1;
        long file;
        fixed (byte* path = "/dev/urandom\0"u8)
            file = Call(CallOpenAt, WorkingFolder, (long)path, WriteOnly, 0, 0, 0);
        return Call(CallIoctl, file, AddEntropy, (long)&entropy, 0, 0, 0) == 0;
    }

    /// <summary>Lets sleeps end as exactly as the kernel can.</summary>
    public static void SetExactTimers() => Call(CallPrctl, TimerSlack, 1, 0, 0, 0, 0);

    /// <summary>Sleeps.</summary>
    public static void Sleep(long nanoseconds)
    {
        Time time;
        time.Seconds = nanoseconds / NanosecondsPerSecond;
        time.Nanoseconds = nanoseconds % NanosecondsPerSecond;
        Call(CallNanosleep, (long)&time, 0, 0, 0, 0, 0);
    }

    /// <summary>Address of so many bytes of memory that nothing stands behind yet.</summary>
    public static long Map(long bytes) => Call(CallMmap, 0, bytes, ReadWrite, PrivateAnonymous, NoFile, 0);

    /// <summary>Turns the machine off.</summary>
    public static void TurnOff() => Call(CallReboot, RebootMagic1, RebootMagic2, PowerOff, 0, 0, 0);

    private struct Time
    {
        public long Seconds;
        public long Nanoseconds;
    }

    // struct rand_pool_info
    private struct Entropy
    {
        public int Bits;
        public int Size;
        public EntropyWords Words;
    }

    [InlineArray(4)]
    private struct EntropyWords
    {
        private ulong _first;
    }
}
