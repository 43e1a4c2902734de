using Redoubt.Proof.Programs;
using Redoubt.Proof.Terms;

namespace Redoubt.Proof.Execution;

/// <summary>What a program under proof may touch, and who it is.</summary>
public sealed class Environment
{
    private readonly Dictionary<string, int> _fresh = [];
    private readonly Dictionary<Field, Cells> _beginnings = [];

    public required ElfProgram Program { get; init; }

    public required Obligations Obligations { get; init; }

    public required IReadOnlyList<Region> Regions { get; init; }

    public required IReadOnlyList<Device> Devices { get; init; }

    /// <summary>Number of the CPU that runs.</summary>
    public required Term Cpu { get; init; }

    /// <summary>A vCPU's index shifted by this is its CPU.</summary>
    public required ulong CpuShift { get; init; }

    /// <summary>Region of the stacks; the program's stack is the CPU's element.</summary>
    public required Region Stacks { get; init; }

    /// <summary>System registers that may be read, and whether each read gives something new.</summary>
    public required IReadOnlyDictionary<int, bool> Readable { get; init; }

    /// <summary>System registers that may be written, and TLB and cache operations that may be used.</summary>
    public required IReadOnlySet<int> Writable { get; init; }

    public required IReadOnlySet<int> Operations { get; init; }

    /// <summary>Functions that may move vector registers.</summary>
    public required IReadOnlySet<string> VectorFunctions { get; init; }

    /// <summary>Fields that every CPU may change, by exclusive accesses that add bits.</summary>
    public required IReadOnlySet<string> Shared { get; init; }

    /// <summary>Fields that no one writes, in regions where others are written.</summary>
    public required IReadOnlySet<string> Constant { get; init; }

    /// <summary>What sees the program's effects.</summary>
    public IReadOnlyList<Hardware> Hardware { get; init; } = [];

    /// <summary>A field that no address reaches: bits that other CPUs added to a shared one by now.</summary>
    public static Field OthersOf(Field field) => field with { Name = $"others.{field.Name}" };

    /// <summary>What a field holds at the beginning; the same for all paths.</summary>
    public Cells Beginning(Field field)
    {
        if (!_beginnings.TryGetValue(field, out Cells? cells))
            _beginnings[field] = cells = Cells.Initial(field);
        return cells;
    }

    /// <summary>Lets a field begin with something.</summary>
    public void Begin(Field field, Cells cells) => _beginnings[field] = cells;

    /// <summary>A new unknown.</summary>
    public Term Fresh(string name, ulong ones = ~0UL)
    {
        int number = _fresh.GetValueOrDefault(name);
        _fresh[name] = number + 1;
        return Term.Variable($"{name}.{number}", ones);
    }
}
