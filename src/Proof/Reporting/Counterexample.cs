using System.Globalization;
using System.Text.Json;
using Redoubt.Proof.Execution;
using Redoubt.Proof.Programs;
using Redoubt.Proof.Terms;
using Redoubt.Proof.Theorems;
using Environment = Redoubt.Proof.Execution.Environment;

namespace Redoubt.Proof.Reporting;

/// <summary>A state from which a handler does what it must not do: a test that can be run (<see cref="Replay"/>). Numbers are hexadecimal.</summary>
/// <param name="Kernel">SHA-256 of the kernel file that it was found with.</param>
/// <param name="Handler">The handler.</param>
/// <param name="Property">The property that does not hold.</param>
/// <param name="Goal">What should hold.</param>
/// <param name="Address">Of the instruction where it does not.</param>
/// <param name="Start">Of the first instruction.</param>
/// <param name="Registers">x0 to x30, and the stack pointer as x31.</param>
/// <param name="System">System registers by name.</param>
/// <param name="Memory">Words of the kernel's state and of the configuration that are not zero, by address.</param>
/// <param name="Unknowns">What the solver chose, under the proof's names: for people.</param>
public sealed record Counterexample(string Kernel, string Handler, string Property, string Goal, string Address, string Start, IReadOnlyDictionary<string, string> Registers,
    IReadOnlyDictionary<string, string> System, IReadOnlyDictionary<string, string> Memory, IReadOnlyDictionary<string, string> Unknowns)
{
    private static readonly JsonSerializerOptions Settings = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>System registers that the kernel uses, by name.</summary>
    internal static IReadOnlyDictionary<string, int> SystemRegisterNames { get; } =
        KernelRegisters.Readable.Keys.Concat(KernelRegisters.Writable).Distinct().ToDictionary(SystemRegisters.Name);

    /// <summary>Makes one of what a solver found.</summary>
    /// <param name="program">The kernel.</param>
    /// <param name="handler">Name of the handler.</param>
    /// <param name="finding">What does not hold.</param>
    /// <param name="model">How.</param>
    /// <param name="start">The handler's start.</param>
    /// <param name="environment">Knows what memory holds at the start.</param>
    public static Counterexample Of(ElfProgram program, string handler, Finding finding, Model model, SymbolicState start, Environment environment) => new(
        program.Hash, handler, finding.Property, finding.Message, Hex(finding.Address), Hex(start.Address),
        Enumerable.Range(0, 32).ToDictionary(i => $"x{i}", i => Hex(model.Value(start[i]))),
        SystemRegisterNames.ToDictionary(pair => pair.Key, pair => Hex(model.Value(start.Register(pair.Value)))),
        Words(environment, model).ToDictionary(word => Hex(word.Address), word => Hex(word.Value)),
        model.Values.ToDictionary(pair => pair.Key, pair => Hex(pair.Value)));

    /// <summary>Reads one.</summary>
    /// <exception cref="InvalidDataException">The file holds none.</exception>
    public static Counterexample Read(string file)
    {
        try
        {
            return JsonSerializer.Deserialize<Counterexample>(File.ReadAllBytes(file), Settings) is { Registers: not null, System: not null, Memory: not null } read
                ? read : throw new InvalidDataException($"{file}: no counterexample");
        }
        catch (JsonException failure)
        {
            throw new InvalidDataException($"{file}: no counterexample: {failure.Message}");
        }
    }

    /// <summary>As text of a file.</summary>
    public string Write() => JsonSerializer.Serialize(this, Settings) + "\n";

    internal static ulong Number(string hex) =>
        ulong.TryParse(hex.AsSpan(Math.Min(2, hex.Length)), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong value) ? value : throw new InvalidDataException($"{hex} is no number");

    private static IEnumerable<(ulong Address, ulong Value)> Words(Environment environment, Model model) =>
        from region in KernelLayout.Regions
        where region != KernelLayout.Stacks
        from field in region.Fields
        let cells = environment.Beginning(field)
        from outer in Numbers(region.Count)
        from inner in Numbers(field.Count)
        let value = model.Value(cells[Term.Constant(outer), Term.Constant(inner)])
        where value != 0
        select (region.Base + (outer * region.Stride) + field.Offset + (inner * field.Stride), value);

    private static IEnumerable<ulong> Numbers(ulong count) => Enumerable.Range(0, (int)count).Select(number => (ulong)number);

    private static string Hex(ulong value) => $"0x{value:x}";
}
