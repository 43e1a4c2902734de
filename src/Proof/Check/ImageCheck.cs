using Redoubt.Image;
using Redoubt.Proof.Check.Boot;
using Redoubt.Proof.Programs;

namespace Redoubt.Proof.Check;

/// <summary>The theorems about one image: what the proof of the kernel leaves to the data that it runs on.</summary>
/// <param name="image">The image.</param>
/// <param name="board">The board that it is for.</param>
/// <param name="kernel">The kernel, as it is proved.</param>
public sealed class ImageCheck(CheckedImage image, Board board, ElfProgram kernel)
{
    private readonly SortedSet<ulong> _executed = [];

    /// <summary>Addresses of the kernel's instructions that boot executed; empty before <see cref="Boot"/>.</summary>
    public IReadOnlySet<ulong> Executed => _executed;

    /// <summary>How many instructions boot executed, on all CPUs and kinds of processor; zero before <see cref="Boot"/>.</summary>
    public long Instructions { get; private set; }

    /// <summary>Whether <see cref="Boot"/> ends with the first kind of processor on which something is refused.</summary>
    public bool UntilRefused { get; init; }

    /// <summary>The kernel in the image is the one that is proved, byte by byte.</summary>
    public TheoremResult Kernel() => TheoremResult.Of("kernel", facts =>
    {
        foreach (Segment segment in kernel.Segments.Where(segment => segment.Content.Length > 0))
        {
            bool there = facts.Require("kernel", image.Holds(segment.Address, segment.Size), () => $"the segment at 0x{segment.Address:x} is not in the image");
            int same = there ? image.Range(segment.Address, (ulong)segment.Content.Length).CommonPrefixLength(segment.Content) : segment.Content.Length;
            facts.Require("kernel", same == segment.Content.Length, () => $"0x{segment.Address + (ulong)same:x}, in {kernel.FunctionAt(segment.Address + (ulong)same)?.Name}: not what {kernel.Path} has");
        }

        return $"SHA-256 {kernel.Hash}";
    });

    /// <summary>The configuration is well-formed, and with all tables says what the description says.</summary>
    public TheoremResult Config() => TheoremResult.Of("config", facts =>
    {
        DescriptionCheck.Run(image, board, facts);
        ConfigurationCheck.Run(image, facts);
        ProofAssumptions.Run(image.Words, ProofAssumptions.Configuration, "configuration", facts);
        SpecificationAssumptions.Rules(image.Words, facts);
        AuthorityCheck.Run(image, board, facts);
        LoaderCheck.Run(image, facts);
        IReadOnlyList<TableCheck> tables = TableCheck.Run(image, facts);
        ManifestCheck.Run(image, tables, facts);
        IdentityCheck.Run(image, tables, facts);
        SmmuCheck.Run(image, board, facts);
        return $"{image.Map.Partitions.Count} partitions, {image.Map.Areas.Count} areas";
    });

    /// <summary>Nobody stands between a person and the partition that takes the person's secrets. Holds only with `config`.</summary>
    public TheoremResult TrustedPath() => TheoremResult.Of("trusted-path", facts => Check.TrustedPath.Run(image, board, facts));

    /// <summary>Loader and kernel, executed from reset, leave every CPU in a state that satisfies the invariant. Holds only with `config`.</summary>
    public TheoremResult Boot() => TheoremResult.Of("boot", facts =>
    {
        List<BootMachine> machines = [];
        foreach (Processor processor in Processor.All.TakeWhile(_ => !UntilRefused || facts.Refusals.Count == 0))
            machines.Add(BootCheck.Run(image, board, kernel, processor, facts));
        _executed.UnionWith(machines.SelectMany(machine => machine.Executed));
        Instructions = machines.Sum(machine => machine.Cpus.Sum(cpu => cpu.Instructions));
        return $"{image.Map.Cpus} CPUs on {machines.Count} kinds of processor, {Instructions} instructions, "
            + $"{_executed.Count} of the kernel's {kernel.Segments.Where(segment => segment.Executable).Sum(segment => segment.Content.Length / 4)}";
    });
}
