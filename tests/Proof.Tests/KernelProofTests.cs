using System.Buffers.Binary;
using Redoubt.Proof.Isa;
using Redoubt.Proof.Programs;
using Redoubt.Proof.Terms;
using Redoubt.Proof.Theorems;

namespace Redoubt.Proof.Tests;

/// <summary>The quick part of the proof on the kernel as built, and that the proof can fail.</summary>
public sealed class KernelProofTests
{
    private const string Quick = "hvc uid";

    [Fact]
    public void TheQuickestHandlerIsProved()
    {
        Report report = new ProofRun(Shipped.Kernel, "cvc5", null).Prove(Quick, _ => { });
        Assert.Empty(report.Failures);
        Assert.True(report.IsProved);
        Assert.Equal(Pinned.PropertiesOf(Quick).Count(), report.Verdicts.Count);
        Assert.All(report.Worst, worst => Assert.InRange(worst.Instructions, 1, 3000));
        Assert.Equal(Shipped.Kernel.Hash, report.Kernel);
    }

    /// <summary>
    /// Most of the proof: of the two ways to call, which differ in nothing but the class of the exception, one, and not the handlers that take longest; the acts of the
    /// specification have a test of their own. What it shows is kept where <c>./redoubt prove</c> looks for it, and is not shown twice.
    /// </summary>
    [Fact]
    public void TheQuickPartIsProved()
    {
        string[] slow = ["hvc", "hypervisor timer", "write register", "write virtual", "resume", "specification"];
        Report report = new ProofRun(Shipped.Kernel, "cvc5", Shipped.Kept) { Jobs = Environment.ProcessorCount, Except = slow }.Prove("", _ => { });
        Assert.DoesNotContain(report.Failures, failure => !slow.Any(name => failure.Contains(name, StringComparison.Ordinal)));
        Assert.All(report.Verdicts, verdict => Assert.True(verdict.Proved, verdict.ToString()));
        Assert.Equal(Pinned.Handlers.Count(handler => !slow.Any(name => handler.Contains(name, StringComparison.Ordinal))), report.Worst.Count);
    }

    [Fact]
    public void HandlersAreThePinnedOnes() => Assert.Equal(Pinned.Handlers, Handler.All().Select(handler => handler.Name));

    [Fact]
    public void AMissingOrDoubledHandlerIsNoticed()
    {
        string[] names = [.. Pinned.All];
        Assert.Single(Pinned.Differences(names[1..]));
        Assert.Single(Pinned.Differences([.. names, names[0]]));
        Assert.Single(Pinned.Differences([.. names, "svc nonsense"]));
    }

    [Fact]
    public void HandlersOfOneVectorLeaveNothingOut()
    {
        using Solver solver = new("cvc5", null);
        foreach (IGrouping<(Entry, ulong), Handler> group in Handler.All().GroupBy(handler => (handler.Entry, handler.Vector)))
        {
            Term syndrome = Term.Variable("syndrome"), argument = Term.Variable("argument"), intid = Term.Variable("intid", 0xff_ffff);
            Term[] uncovered = group.Select(handler => Term.Not(Covers(handler, syndrome, argument, intid))).ToArray();
            Assert.Equal(Answer.Unsatisfiable, solver.Ask(uncovered).Answer);
        }
    }

    [Fact]
    public void AnUnknownHandlerIsAFailure() => Assert.False(new ProofRun(Shipped.Kernel, "cvc5", null).Prove("no such handler", _ => { }).IsProved);

    [Fact]
    public void AFileThatIsNoProgramIsRefused()
    {
        InvalidDataException refused = Assert.Throws<InvalidDataException>(() => new ElfProgram(new byte[100], "nothing.elf"));
        Assert.Contains("nothing.elf", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AProgramThatIsCutOffIsRefused()
    {
        byte[] file = File.ReadAllBytes(Shipped.Kernel.Path);
        foreach (int length in Enumerable.Range(0, 400).Select(i => (int)((long)i * file.Length / 400)))
            Assert.Contains("cut.elf", Assert.Throws<InvalidDataException>(() => new ElfProgram(file[..length], "cut.elf")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ADamagedProgramIsReadOrRefused()
    {
        byte[] file = File.ReadAllBytes(Shipped.Kernel.Path);
        int sections = BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(40));
        Random random = new(1);
        int refused = 0;
        for (int i = 0; i < 1000; i++)
        {
            byte[] damaged = (byte[])file.Clone();
            // The headers of the file, of its segments and of its sections.
            int at = random.Next(2) == 0 ? random.Next(400) : random.Next(sections, file.Length);
            damaged[at] = (byte)random.Next(256);
            try
            {
                _ = new ElfProgram(damaged, "damaged.elf");
            }
            catch (InvalidDataException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 50, 950);
    }

    /// <summary>Whether a trap with these values is one of the handler's.</summary>
    private static Term Covers(Handler handler, Term syndrome, Term argument, Term intid)
    {
        // ESR_EL2.EC
        const ulong Class = 0x3fUL << 26;
        Term covers = Term.Truth(true);
        // A handler's values are constants, a class with any rest, or a variable that its assumptions speak of.
        void Match(Term? pattern, Term value)
        {
            if (pattern is { Kind: Kind.Constant })
                covers = Term.Both(covers, Term.Equal(value, pattern));
            else if (pattern is { Kind: Kind.Sum })
            {
                Assert.Equal(pattern.Value | ~Class, new Evaluator(_ => ~0UL, (_, _) => 0).Value(pattern));
                covers = Term.Both(covers, Term.Equal(value & Term.Constant(Class), Term.Constant(pattern.Value)));
            }
            else if (pattern is { Kind: Kind.Variable })
                covers = handler.Assumptions.Aggregate(covers, (all, assumption) => Term.Both(all, Replace(assumption, pattern, value)));
        }

        Match(handler.Syndrome, syndrome);
        Match(handler.Argument, argument);
        Match(handler.Intid, intid);
        return covers;
    }

    private static Term Replace(Term term, Term pattern, Term value)
    {
        if (term == pattern)
            return value;
        Term[] a = Array.ConvertAll(term.Arguments, argument => Replace(argument, pattern, value));
        return term.Kind switch
        {
            Kind.Not => Term.Not(a[0]),
            Kind.Equal => Term.Equal(a[0], a[1]),
            Kind.Less => Term.Less(a[0], a[1]),
            Kind.ShiftRight => a[0] >>> a[1],
            Kind.And => a[0] & a[1],
            Kind.Constant or Kind.Truth => term,
            _ => throw new NotSupportedException($"{term.Kind} in an assumption"),
        };
    }
}
