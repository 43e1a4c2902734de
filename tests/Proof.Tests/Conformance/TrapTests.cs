using Redoubt.Proof.Isa;
using Redoubt.Proof.Programs;
using Redoubt.Tool.Builds;

namespace Redoubt.Proof.Tests.Conformance;

/// <summary>Traps of real systems, from the exception vector to ERET: the interpreter does what QEMU did.</summary>
public sealed class TrapTests(ITestOutputHelper output)
{
    /// <summary>Exceptions of a kind that are replayed at most.</summary>
    internal const int MostOfAKind = 120;

    /// <summary>Which interrupt it is can't be seen beforehand: the first are replayed, and then those that are one of so many traps.</summary>
    private const int Sample = 32;

    private const ulong FirstVector = 0x400, VectorsEnd = 0x800, VectorSize = 0x80, Interrupt = 0x480;

    public static TheoryData<string> Systems => [.. RealSystem.All.Select(system => system.Name)];

    [Theory]
    [MemberData(nameof(Systems))]
    public void EveryTrapIsReplayed(string name)
    {
        RealSystem system = RealSystem.All.Single(system => system.Name == name);
        ElfProgram kernel = Shipped.Kernel;
        using Debugger debugger = new(BuiltSystem.Build(name, 1, _ => { }).Machine);
        ulong vectors = kernel.AddressOf("vectors");
        for (ulong vector = FirstVector; vector < VectorsEnd; vector += VectorSize)
        {
            debugger.SetBreakpoint(vectors + vector);
        }

        TrapReplay replay = new(debugger, kernel);
        Dictionary<string, int> replayed = [];
        int interrupts = 0;
        bool on = true;
        for (int seen = 0; seen < system.Most && !system.IsDone(replayed) && (on = on && debugger.Continue()); seen++)
        {
            Debugger.Registers at = debugger.Read();
            ulong vector = at.Pc - vectors, syndrome = debugger.ReadSystem("ESR_EL2")!.Value;
            string? exception = vector == Interrupt ? null : TrapKind.Of(vector, syndrome, at.General[0], 0);
            if (exception is null ? interrupts++ < MostOfAKind || seen % Sample == 0 : replayed.GetValueOrDefault(exception) < MostOfAKind)
            {
                if (exception is not null)
                    replayed[exception] = replayed.GetValueOrDefault(exception) + 1;
                on = Replay(replay, vector, syndrome, at.General[0], replayed);
            }
            else
            {
                replay.Forget();
                debugger.Step();
            }
        }

        if (on)
            replay.CompareRest();
        output.WriteLine(string.Join('\n', replayed.Select(kind => $"{kind.Key}: {kind.Value}")));
        output.WriteLine($"{replayed.Values.Sum()} traps, {replay.Instructions} instructions, {replay.RegistersCompared} system registers compared at their ends");
        Assert.True(system.IsDone(replayed), $"something is missing among {string.Join(", ", replayed)}");
    }

    /// <summary>Replays a trap, and if it ends in the idle loop, what follows until ERET. Counts interrupts. False if the machine was switched off.</summary>
    private static bool Replay(TrapReplay replay, ulong vector, ulong syndrome, ulong argument, Dictionary<string, int> replayed)
    {
        ulong? from = vector;
        for (var end = replay.Run(atBreakpoint: true); ; end = replay.Run(atBreakpoint: false))
        {
            if (end is not var (how, intid))
                return false;
            if (intid is not null)
            {
                string kind = TrapKind.Of(from, syndrome, argument, intid.Value);
                replayed[kind] = replayed.GetValueOrDefault(kind) + 1;
            }

            if (how != FlowKind.Wait)
                return true;
            from = null;
            if (!replay.Wake())
                return false;
        }
    }
}
