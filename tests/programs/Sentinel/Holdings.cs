using System.Runtime;
using System.Runtime.CompilerServices;
using Redoubt.Probing;

namespace Redoubt.Sentinel;

/// <summary>Everything that one vCPU of the Sentinel holds in registers, with values that nobody else has.</summary>
internal unsafe struct Holdings
{
    private const int Count = 26, General = 31;

    /// <summary>Kinds of turn: spin, wait for the timer interrupt, call.</summary>
    public const ulong Spin = 0, Wait = 1, Call = 2;

    private Words _system, _found;
    private Words _general, _generalFound;
    private Words _vectors;
    private ulong _optional0, _optional1;

    [RuntimeImport("*", "hold_read"), MethodImpl(MethodImplOptions.InternalCall)]
    private static extern void Read(ulong* values);

    [RuntimeImport("*", "hold_write"), MethodImpl(MethodImplOptions.InternalCall)]
    private static extern void Write(ulong* values);

    [RuntimeImport("*", "hold_turn"), MethodImpl(MethodImplOptions.InternalCall)]
    private static extern void Turn(ulong kind, ulong* before, ulong* after);

    [RuntimeImport("*", "hold_read_tpidr2"), MethodImpl(MethodImplOptions.InternalCall)]
    private static extern void ReadTpidr2();

    [RuntimeImport("*", "hold_write_tpidr2"), MethodImpl(MethodImplOptions.InternalCall)]
    private static extern void WriteTpidr2();

    [RuntimeImport("*", "hold_read_disr"), MethodImpl(MethodImplOptions.InternalCall)]
    private static extern void ReadDisr();

    [RuntimeImport("*", "hold_write_disr"), MethodImpl(MethodImplOptions.InternalCall)]
    private static extern void WriteDisr();

    /// <summary>Fills all registers. What of a value a register doesn't keep, it is not expected to hold.</summary>
    public void Fill(ulong number)
    {
        for (int i = 0; i < Count; i++)
            _system[i] = Tags.Word(Tags.Sentinel, number + (ulong)i);
        // Group 0 stays off, and FPCR without traps.
        _system[22] = 0;
        _system[24] = 0x07c0_0000;
        for (int i = 0; i < General; i++)
            _general[i] = Tags.Word(Tags.Sentinel, number + 64 + (ulong)i);
        _optional0 = Exchange((ulong)(delegate*<void>)&WriteTpidr2, (ulong)(delegate*<void>)&ReadTpidr2, Tags.Word(Tags.Sentinel, number + 60));
        _optional1 = Exchange((ulong)(delegate*<void>)&WriteDisr, (ulong)(delegate*<void>)&ReadDisr, 0x8000_0000 | (number & 0xff));
        ulong* system = At(ref _system);
        Write(system);
        Read(system);
        Probe.FillVectors(Tags.Word(Tags.Sentinel, number), Tags.Step);
    }

    /// <summary>Lets time pass with all registers filled.</summary>
    /// <param name="kind">How.</param>
    /// <param name="x0">Rounds of the loop, or number of the call.</param>
    /// <param name="x1">First argument of the call.</param>
    public void Pass(ulong kind, ulong x0, ulong x1)
    {
        _general[0] = x0;
        _general[1] = x1;
        Turn(kind, At(ref _general), At(ref _generalFound));
        Read(At(ref _found));
        Probe.StoreVectors(At(ref _vectors));
    }

    /// <summary>Notes what is not as it was.</summary>
    /// <param name="number">As given to <see cref="Fill"/>.</param>
    /// <param name="results">How many general registers the passing of time may change.</param>
    public void Check(ulong number, int results)
    {
        for (int i = 0; i < Count; i++)
            Disturbance.Compare(Disturbance.SystemRegister, (ulong)i, _system[i], _found[i]);
        for (int i = results; i < General; i++)
            Disturbance.Compare(Disturbance.GeneralRegister, (ulong)i, _general[i], _generalFound[i]);
        for (int i = 0; i < 64; i++)
            Disturbance.Compare(Disturbance.VectorRegister, (ulong)i / 2, Tags.Word(Tags.Sentinel, number) + (ulong)(i / 2) * Tags.Step, _vectors[i]);
        Disturbance.Compare(Disturbance.Tpidr2, 0, _optional0, Exchange(0, (ulong)(delegate*<void>)&ReadTpidr2, 0));
        Disturbance.Compare(Disturbance.Disr, 0, _optional1, Exchange(0, (ulong)(delegate*<void>)&ReadDisr, 0));
    }

    // Writes a register that may not be there, unless there is no writer, and reads it; 0 if it isn't there.
    private static ulong Exchange(ulong writer, ulong reader, ulong value)
    {
        ProbeWords words;
        ulong* at = (ulong*)&words;
        at[0] = value;
        if (writer != 0 && Probe.Run(writer, at, false) != 0)
            return 0;
        return Probe.Run(reader, at, false) != 0 ? 0 : at[0];
    }

    private static ulong* At(ref Words words) => (ulong*)Unsafe.AsPointer(ref words);

    [InlineArray(64)]
    private struct Words
    {
        private ulong _first;
    }
}
