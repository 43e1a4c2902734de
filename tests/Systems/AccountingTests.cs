using System.Text.RegularExpressions;
using Redoubt.Image;
using Redoubt.Tool.Machines;
using Xunit;
using static Redoubt.Systems.Quitters;

namespace Redoubt.Systems;

/// <summary>
/// After a guest has crashed and started again, the kernel holds what it held before, and has charged every tick once. A kernel that keeps something of the
/// guest's last life, or miscounts, is noticed.
/// </summary>
public sealed class AccountingTests
{
    private const int Crashes = 3;

    private const string Reset = "Kernel_Redoubt_Kernel_Lifecycles__Reset", ResetInterrupts = "Kernel_Redoubt_Kernel_Lifecycles__ResetInterrupts";
    private const string Charge = "Kernel_Redoubt_Kernel_Scheduler__Charge";

    // Instructions (Arm ARM C6.2): STR and STP of XZR and X0.
    private const uint ClearGeneral = 0xf820_5a7f, ClearActivePriorities = 0xf901_9a7f, StoreRuntime = 0xf900_0022, StoreSince = 0xf900_1260;
    private const uint ClearEnabledAndPending = 0xa914_7c1f, ClearAccounts = 0xa918_7c1f;

    private static readonly Dictionary<string, Func<ProgramMutant, ProgramMutant>> s_mutants = new()
    {
        ["general registers keep what they had"] = kernel => kernel.Replace(Reset, ClearGeneral, ProgramMutant.Nop),
        ["an interrupt stays active"] = kernel => kernel.Replace(Reset, ClearActivePriorities, ProgramMutant.Nop),
        ["accounts begin anew, and interrupts don't"] = kernel => kernel.Replace(ResetInterrupts, ClearEnabledAndPending, ClearAccounts),
        ["time is not charged"] = kernel => kernel.Replace(Charge, StoreRuntime, ProgramMutant.Nop),
        ["time is charged again and again"] = kernel => kernel.Replace(Charge, StoreSince, ProgramMutant.Nop),
    };

    public static TheoryData<string> Mutants => [.. s_mutants.Keys];

    [Fact]
    public void NothingIsLeftOfAGuestThatCrashed() => Assert.Empty(Findings(null, "accounting"));

    [Theory]
    [MemberData(nameof(Mutants))]
    public void AKernelThatLeaksIsNoticed(string mutant)
    {
        string name = $"accounting-{s_mutants.Keys.ToList().IndexOf(mutant)}";
        List<string> findings = Findings(s_mutants[mutant](new ProgramMutant()).Save(name), name);
        Assert.NotEmpty(findings);
        TestContext.Current.TestOutputHelper?.WriteLine(findings[0]);
    }

    private static List<string> Findings(string? kernel, string name)
    {
        (QemuMachine description, SystemImage image) = ProgramMutant.Build("restart", kernel, name);
        // Time is counted in instructions (8 ns each), and what nobody uses takes none of the host's.
        using KernelWatch watch = new(description with { Extra = ["-icount", "shift=3,sleep=off"] }, image);
        Machine machine = watch.Machine;
        AwaitAll(machine);
        KernelState before = Rest(watch);
        CrashAgainAndAgain(machine, first: 2);
        List<string> findings = [.. before.Differences(Rest(watch), Name(Crash))];

        // Somebody always runs from now on.
        int from = machine.Mark;
        Type(machine, Always, "b");
        machine.ExpectFrom(from, Head(Always) + "busy$");
        KernelState busy = watch.Look();
        CrashAgainAndAgain(machine, first: 2 + Crashes);
        KernelState later = watch.Look();
        if (later.Charged - busy.Charged != later.Cpu.Since - busy.Cpu.Since)
            findings.Add($"{later.Charged - busy.Charged} ticks were charged in {later.Cpu.Since - busy.Cpu.Since}");
        return findings;
    }

    private static KernelState Rest(KernelWatch watch)
    {
        // A key that means nothing to a neighbour: its registers take the place of those of the guest, which must be done with its own work by then.
        watch.AwaitRest();
        Type(watch.Machine, Never, "x");
        return watch.AwaitRest(Name(Crash));
    }

    private static void CrashAgainAndAgain(Machine machine, int first)
    {
        for (int start = first; start < first + Crashes; start++)
        {
            int from = machine.Mark;
            Type(machine, Crash, "l");
            Match again = machine.ExpectFrom(from, $@"{Head(Crash)}\*\*\* crash starts again, start {start}\b");
            machine.ExpectFrom(again.Index, Head(Crash) + "up$");
        }
    }
}
