using Redoubt.Kernel.Tests.Model;

namespace Redoubt.Kernel;

/// <summary>In place of Cpu.S: single instructions of the CPU that executes.</summary>
internal static class Cpu
{
    private static Hardware Hardware => Hardware.Now;

    public static ulong Acknowledge() => Hardware.Acknowledge(Hardware.Executing);

    public static void End(ulong intid) => Hardware.End(Hardware.Executing, intid);

    public static void Deactivate(ulong intid) => Hardware.Deactivate(Hardware.Executing, intid);

    public static void SendInterrupt(ulong value)
    {
        Hardware.Step?.Invoke();
        Hardware.Send(value);
    }

    public static ulong Frequency() => Hardware.Frequency;

    public static ulong Time() => Hardware.Counter;

    public static void SetAlarm(ulong time) => Hardware.Executing.Alarm = time;

    public static void ClearAlarm() => Hardware.Executing.Alarm = null;

    public static uint Read32(ulong address) => Hardware.Read(address);

    public static void Write32(ulong address, uint value) => Hardware.Write(address, value);

    public static void Write64(ulong address, ulong value) => Hardware.Write(address, value);

    public static ulong AtomicOr(ref ulong word, ulong bits)
    {
        Hardware.Step?.Invoke();
        return Interlocked.Or(ref word, bits);
    }

    public static ulong AtomicClear(ref ulong word, ulong bits)
    {
        Hardware.Step?.Invoke();
        return Interlocked.And(ref word, ~bits);
    }

    public static ulong AtomicClearLowest(ref ulong word)
    {
        Hardware.Step?.Invoke();
        ulong old;
        do
        {
            old = Volatile.Read(ref word);
        }
        while (Interlocked.CompareExchange(ref word, old & (old - 1), old) != old);
        return old;
    }

    public static void ForgetTranslations() => Hardware.Forgotten++;

    public static void ForgetPartition() => Hardware.ForgottenPartitions++;

    public static ulong Firmware(ulong function, ulong a1, ulong a2, ulong a3)
    {
        Hardware.Firmware.Add((function, a1, a2, a3));
        return 0;
    }
}
