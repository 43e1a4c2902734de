using System.Text.Json.Serialization;
using Redoubt.Proof.Isa;
using Redoubt.Proof.Programs;

namespace Redoubt.Proof.Reporting;

/// <summary>What is known of a word of the kernel's code. Each has one of these; the first that fits.</summary>
public enum CodeClass
{
    /// <summary>A handler reaches it: the proof is about it.</summary>
    Proved,

    /// <summary>Boot executes it, which `check` does for each image.</summary>
    Boot,

    /// <summary>No handler reaches it, and nothing but the end of a boot that is refused can come after it: the panic, and what leads only there.</summary>
    Stop,

    /// <summary>No control flow from any of the above leads to it.</summary>
    Unreachable,

    /// <summary>No control flow leads to it, and it is no instruction: tables, constants, padding.</summary>
    Data,

    /// <summary>Control flow of boot leads to it, but boot of the systems that were executed does not: nothing is shown of it.</summary>
    Open,
}

/// <summary>Words of one function, by class.</summary>
/// <param name="Function">Its name.</param>
/// <param name="Classes">The class of each word, in the order of addresses.</param>
public sealed record FunctionCoverage(string Function, [property: JsonIgnore] IReadOnlyList<CodeClass> Classes)
{
    /// <summary>How many words of each class there are.</summary>
    public IReadOnlyDictionary<string, int> Words => Coverage.Count(Classes);
}

/// <summary>Every word of the kernel's code, and why it is of no danger.</summary>
/// <param name="Total">Words of code.</param>
/// <param name="Words">How many of each class.</param>
/// <param name="Functions">The same for each function.</param>
/// <param name="Open">Addresses of words of which nothing is shown, with their functions.</param>
public sealed record Coverage(int Total, IReadOnlyDictionary<string, int> Words, IReadOnlyList<FunctionCoverage> Functions, IReadOnlyList<string> Open)
{
    private const string Panic = "redoubt_panic", Helpers = "ThrowHelpers";

    /// <summary>Exception vectors, and bytes between them (Arm ARM, D1.3.1.5).</summary>
    private const int Vectors = 16;

    private const ulong VectorSize = 0x80;

    /// <summary>Gives each word its class.</summary>
    /// <param name="program">The kernel.</param>
    /// <param name="reached">Addresses that handlers reach. The proof follows all their ways, so that it need not be asked where else they could go.</param>
    /// <param name="booted">Addresses that boot executed.</param>
    public static Coverage Of(ElfProgram program, IReadOnlySet<ulong> reached, IReadOnlySet<ulong> booted)
    {
        Dictionary<ulong, CodeClass> classes = [];
        ulong[] all = [.. program.Segments.Where(segment => segment.Executable)
            .SelectMany(segment => Enumerable.Range(0, segment.Content.Length / 4).Select(i => segment.Address + ((ulong)i * 4)))];
        ILookup<Symbol, ulong> functions = all.ToLookup(address => program.FunctionAt(address) ?? new Symbol("(none)", 0));
        foreach (ulong address in all.Where(address => reached.Contains(address) || booted.Contains(address)))
        {
            classes[address] = reached.Contains(address) ? CodeClass.Proved : CodeClass.Boot;
        }

        ulong vectors = program.AddressOf("vectors");
        IEnumerable<ulong> starts = booted.SelectMany(address => Successors(program, address))
            .Concat(all.Where(address => program.FunctionAt(address) is { } function && IsStop(function) && function.Address == address))
            .Concat(Enumerable.Range(0, Vectors).Select(i => vectors + ((ulong)i * VectorSize)));
        Follow(program, starts, Stops(program, all), classes);
        foreach (ulong address in all)
        {
            classes.TryAdd(address, Decode(program, address) is null ? CodeClass.Data : CodeClass.Unreachable);
        }

        return new Coverage(all.Length, Count(classes.Values), [.. functions.Select(function => new FunctionCoverage(function.Key.Name, [.. function.Select(address => classes[address])]))],
            [.. all.Where(address => classes[address] == CodeClass.Open).Select(address => $"0x{address:x} in {program.FunctionAt(address)?.Name}")]);
    }

    internal static Dictionary<string, int> Count(IEnumerable<CodeClass> classes)
    {
        ILookup<CodeClass, CodeClass> by = classes.ToLookup(one => one);
        return Enum.GetValues<CodeClass>().ToDictionary(one => one.ToString().ToLowerInvariant(), one => by[one].Count());
    }

    /// <summary>The panic, the helpers that end in it, and what leads nowhere else.</summary>
    private static HashSet<ulong> Stops(ElfProgram program, ulong[] all)
    {
        HashSet<ulong> stops = [.. all.Where(address => program.FunctionAt(address) is { } function && IsStop(function) && Decode(program, address) is not null)];
        int before;
        do
        {
            before = stops.Count;
            stops.UnionWith(all.Reverse().Where(address => Successors(program, address).ToArray() is { Length: > 0 } next && Array.TrueForAll(next, stops.Contains)));
        }
        while (stops.Count > before);
        return stops;
    }

    /// <summary>What boot could go to from what it executes, and the processor through a vector; and from there on.</summary>
    private static void Follow(ElfProgram program, IEnumerable<ulong> starts, HashSet<ulong> stops, Dictionary<ulong, CodeClass> classes)
    {
        Stack<ulong> open = new(starts);
        while (open.TryPop(out ulong address))
        {
            if (classes.TryAdd(address, stops.Contains(address) ? CodeClass.Stop : CodeClass.Open))
            {
                foreach (ulong next in Successors(program, address))
                {
                    open.Push(next);
                }
            }
        }
    }

    /// <summary>Where control can go after an instruction, calls too. Returns and jumps through registers go where someone else said.</summary>
    private static IEnumerable<ulong> Successors(ElfProgram program, ulong address)
    {
        if (Decode(program, address) is not { } instruction)
            return [];
        return instruction.Opcode switch
        {
            Opcode.Branch when !instruction.Flag => [instruction.Immediate],
            Opcode.Branch when program.FunctionAt(instruction.Immediate) is { } called && IsStop(called) => [instruction.Immediate],
            Opcode.Branch or Opcode.BranchConditional or Opcode.CompareBranch or Opcode.TestBranch => [instruction.Immediate, address + 4],
            // The address of code is there to be gone to.
            Opcode.Adr when program.InstructionAt(instruction.Immediate) is not null => [instruction.Immediate, address + 4],
            Opcode.BranchRegister or Opcode.Return or Opcode.ExceptionReturn or Opcode.Breakpoint => [],
            _ => [address + 4],
        };
    }

    private static bool IsStop(Symbol function) => function.Name == Panic || function.Name.Contains(Helpers, StringComparison.Ordinal);

    private static Instruction? Decode(ElfProgram program, ulong address) =>
        program.InstructionAt(address) is { } word ? Decoder.TryDecode(address, word) : null;
}
