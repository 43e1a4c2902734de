using Redoubt.Proof.Execution;
using Redoubt.Proof.Isa;
using Redoubt.Proof.Programs;
using Redoubt.Proof.Terms;
using Redoubt.Proof.Theorems;

namespace Redoubt.Proof.Reporting;

/// <summary>What a counterexample does on a kernel.</summary>
/// <param name="Fails">What the counterexample says should hold does not.</param>
/// <param name="Path">The decisions on the way: function, source line, and whether the branch was taken.</param>
/// <param name="End">Where the way ends, and why.</param>
public sealed record ReplayResult(bool Fails, IReadOnlyList<string> Path, string End);

/// <summary>
/// Runs a counterexample. The way is that of the interpreter on numbers, where nobody else takes part: no other CPU adds bits to an inbox,
/// time stands still and devices read as zero. Whether it fails is found by the obligations, evaluated with the values of the counterexample.
/// </summary>
public static class Replay
{
    private const int MostSteps = 100_000, CellBytes = 8;

    /// <summary>Runs one.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static ReplayResult Run(ElfProgram program, Counterexample counterexample)
    {
        (List<string> path, string end) = Way(program, counterexample);
        return new ReplayResult(Workers.Run([(counterexample.Handler, counterexample)], 1, (one, _) => Fails(program, one), _ => { }, CancellationToken.None)[0], path, end);
    }

    /// <summary>Whether its goal fails. Others may too: words that the counterexample does not speak of are zero, whatever the invariant says.</summary>
    private static bool Fails(ElfProgram program, Counterexample counterexample)
    {
        Handler handler = Handler.All().FirstOrDefault(handler => handler.Name == counterexample.Handler)
            ?? throw new InvalidDataException($"there is no handler \"{counterexample.Handler}\"");
        using Solver unasked = new(Solver.Names[0]);
        Model values = new(counterexample.Unknowns.ToDictionary(pair => pair.Key, pair => Counterexample.Number(pair.Value)));
        return new KernelProof(program, unasked) { Given = values }.Prove(handler).Findings
            .Any(finding => finding.Property == counterexample.Property && finding.Message == counterexample.Goal);
    }

    private static (List<string> Path, string End) Way(ElfProgram program, Counterexample counterexample)
    {
        Machine machine = Start(program, counterexample);
        ulong place = Counterexample.Number(counterexample.Address), address = Counterexample.Number(counterexample.Start);
        List<string> path = [];
        for (int steps = 0; steps < MostSteps; steps++)
        {
            if (address == place)
                return (path, $"{Where(program, address)}, where it should hold that {counterexample.Goal}");
            if (program.InstructionAt(address) is not { } word)
                return (path, $"{Where(program, address)}: no instruction");
            ulong next;
            try
            {
                next = machine.Step(address, word);
            }
            catch (Exception stopped) when (stopped is InvalidOperationException or DecodeException)
            {
                return (path, $"{Where(program, address)}: {stopped.Message}");
            }

            if (Decoder.TryDecode(address, word) is { Opcode: Opcode.BranchConditional or Opcode.CompareBranch or Opcode.TestBranch })
                path.Add($"{Where(program, address)}: {(next == address + 4 ? "not taken" : "taken")}");
            address = next;
        }

        return (path, $"no end within {MostSteps} instructions");
    }

    private static Machine Start(ElfProgram program, Counterexample counterexample)
    {
        Machine machine = new();
        foreach (Region region in KernelLayout.Regions)
        {
            Fill(machine, region.Base, region.Stride * region.Count);
        }

        foreach (Segment segment in program.Segments.Where(segment => !segment.Writable))
        {
            for (ulong at = segment.Address; program.ConstantAt(at, CellBytes) is { } word; at += CellBytes)
            {
                machine.Memory[at] = word;
            }
        }

        foreach ((string at, string word) in counterexample.Memory)
        {
            machine.Memory[Counterexample.Number(at)] = Counterexample.Number(word);
        }

        // A base that the counterexample does not speak of is zero, and as good as any.
        Region cpus = KernelLayout.Regions.Single(region => region.Fields.Any(field => field.Name == KernelLayout.Devices[0].Base));
        Field redistributor = KernelLayout.Field(KernelLayout.Devices[0].Base);
        for (ulong cpu = 0; cpu < cpus.Count; cpu++)
        {
            Fill(machine, machine.Memory[cpus.Base + (cpu * cpus.Stride) + redistributor.Offset], KernelLayout.Devices[0].Size);
        }

        foreach ((string name, int register) in Counterexample.SystemRegisterNames)
        {
            machine.System[register] = Counterexample.Number(counterexample.System.GetValueOrDefault(name, "0x0"));
        }

        for (int i = 0; i < 32; i++)
        {
            machine.Registers[i] = Counterexample.Number(counterexample.Registers.GetValueOrDefault($"x{i}", "0x0"));
        }

        return machine;
    }

    private static void Fill(Machine machine, ulong address, ulong size)
    {
        for (ulong at = 0; at < size; at += CellBytes)
        {
            machine.Memory.TryAdd(address + at, 0);
        }
    }

    private static string Where(ElfProgram program, ulong address) => $"{program.FunctionAt(address)?.Name} ({SourceLines.Of(program, address)})";
}
