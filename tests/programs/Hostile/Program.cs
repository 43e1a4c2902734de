using System;
using System.Runtime;
using System.Runtime.CompilerServices;
using System.Threading;
using Redoubt.Abi;
using Redoubt.Partition;
using Redoubt.Probing;

namespace Redoubt.Hostile;

/// <summary>
/// A partition that tries everything. It makes ten million operations and then goes on; its neighbours must notice nothing, and it
/// must see nothing of theirs.
/// </summary>
internal static unsafe class Program
{
    private const ulong Goal = 10_000_000, Milestones = 20;
    private const ulong Seed = 0x5eed_0000_0000_0001;
    private const ulong Vectors = 32;

    private static AttackerPair s_attackers;
    private static ConsoleWriter s_console;
    private static ulong s_prepared, s_next;

    [RuntimeExport("redoubt_main")]
    private static void Main(ulong manifest, ulong vcpu)
    {
        Probe.Block()->Active = 0;
        Probe.Block()->Vcpu = vcpu;
        ref Attacker attacker = ref Current();
        if (attacker.Total == 0)
        {
            attacker.Vcpu = vcpu;
            attacker.Random.Seed(Seed + vcpu);
        }

        if (vcpu == 0)
        {
            s_console.Open();
            s_next = Goal / Milestones;
            Sweep.Generate();
            Volatile.Write(ref s_prepared, 1);
        }

        while (Volatile.Read(ref s_prepared) == 0)
            Kernel.Wait(Kernel.Counter + Storms.Longest, out _);
        for (ulong round = 0; ; round++)
        {
            Round(ref attacker, round);
            if (vcpu == 0)
                Lead(ref attacker);
        }
    }

    /// <summary>The attacker that this vCPU is.</summary>
    public static ref Attacker Current() => ref s_attackers[(int)Probe.Block()->Vcpu];

    private static void Round(ref Attacker attacker, ulong round)
    {
        ulong first = Tags.Word(Tags.Hostile, attacker.Vcpu * Vectors);
        Probe.FillVectors(first, Tags.Step);
        Storms.Calm(ref attacker);
        RegisterAttack.Go(ref attacker, 1024);
        Storms.Calm(ref attacker);
        CallAttack.Go(ref attacker, 4096);
        Storms.Calm(ref attacker);
        MemoryAttack.Go(ref attacker, 2048);
        Storms.Timer(ref attacker, 64);
        Storms.Interprocessor(ref attacker, 256);
        Storms.Rest(ref attacker);
        if (round % 64 == 0)
            Storms.Mask(ref attacker, 12 * Storms.Longest);
        CheckVectors(ref attacker, first);
        UserAttack.Go(ref attacker, 128);
    }

    // All but V30 and V31, which the stubs use.
    private static void CheckVectors(ref Attacker attacker, ulong first)
    {
        Probe.StoreVectors((ulong*)Unsafe.AsPointer(ref attacker.Vectors));
        for (int n = 0; n < 2 * (int)Vectors; n++)
        {
            if (Tags.Bears(Tags.Sentinel, attacker.Vectors[n]))
                Findings.Note(Findings.Foreign, Findings.Vectors + (ulong)n / 2, 0, attacker.Vectors[n]);
            if (n / 2 < 30 && attacker.Vectors[n] != first + (ulong)n / 2 * Tags.Step)
                Findings.Note(Findings.Vector, Findings.Vectors + (ulong)n / 2, 0, attacker.Vectors[n]);
        }
    }

    /// <summary>What the first vCPU does for both: it tells how far they are, and starts the second anew.</summary>
    private static void Lead(ref Attacker attacker)
    {
        if (attacker.Upset)
        {
            ulong slot = Self.Manifest.Guest.VcpuSlot + 1;
            Kernel.Stop(slot);
            Kernel.Start(slot, Probe.Entry(), Layout.Manifest);
            attacker.Upset = false;
        }

        ulong total = attacker.Total + s_attackers[1].Total;
        if (total < s_next)
            return;
        bool done = s_next == Goal;
        s_next += Goal / Milestones;
        Findings.Show(ref s_console);
        s_console.Write("hostile: "u8);
        s_console.WriteDecimal(total);
        s_console.WriteLine(done ? " operations, done"u8 : " operations"u8);
        for (int vcpu = 0; vcpu < 2; vcpu++)
            Show(ref s_attackers[vcpu]);
    }

    private static void Show(ref Attacker attacker)
    {
        ulong exceptions = 0;
        for (int i = 0; i < 64; i++)
            exceptions += attacker.Exceptions[i];
        Show("  "u8, attacker.Calls, " calls, "u8);
        Show(""u8, attacker.Registers, " register accesses, "u8);
        Show(""u8, attacker.Accesses, " memory accesses, "u8);
        Show(""u8, attacker.Interrupts, " interrupts provoked, "u8);
        Show(""u8, attacker.Users, " instructions at EL0; "u8);
        Show(""u8, exceptions, " exceptions, "u8);
        Show(""u8, attacker.Taken, " interrupts taken\r\n"u8);
    }

    private static void Show(ReadOnlySpan<byte> before, ulong number, ReadOnlySpan<byte> after)
    {
        s_console.Write(before);
        s_console.WriteDecimal(number);
        s_console.Write(after);
    }

    [RuntimeExport("probe_unexpected")]
    private static void Unexpected(ulong syndrome, ulong pc, ulong address)
    {
        s_console.Write("hostile: LOST its way: ESR "u8);
        s_console.WriteHex(syndrome);
        s_console.Write(" ELR "u8);
        s_console.WriteHex(pc);
        s_console.Write(" FAR "u8);
        s_console.WriteHex(address);
        Panic.Stop("unexpected exception"u8);
    }

    [InlineArray(2)]
    private struct AttackerPair
    {
        private Attacker _first;
    }
}
