using Xunit;

namespace Redoubt.Systems;

/// <summary>The hostile partition against kernels that lack one protection: each time somebody notices. So the test tests something.</summary>
public sealed class HostileMutantTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private const uint AnyRegister = 0x1f << 5;

    // Instructions (Arm ARM C6.2), the register x1 where there is one.
    private const uint SaveX18 = 0xa909_4c12, WriteDebugControl = 0xd51c_1121, WriteCounterControl = 0xd51c_e11f, WriteTranslation = 0xd51c_2100;
    private const uint CompareSlot = 0xf100_801f, BranchIfHigherOrSame = 0x5400_0002, ConditionMask = 0xff00_001f;
    private const uint MoveUpper = 0xf2a0_0000, MoveUpperMask = 0xffe0_0000, Immediate = 0xffff << 5;

    // HCR_EL2.TSC among bits 31:16.
    private const uint TrapSmc = 1 << (19 - 16);

    private static readonly Dictionary<string, Func<ProgramMutant, ProgramMutant>> s_mutants = new()
    {
        ["V registers are not loaded"] = kernel => kernel.Begin("context_load_simd", ProgramMutant.Return),
        ["EL1 registers are not loaded"] = kernel => kernel.Begin("context_load_el1", ProgramMutant.Return),
        ["EL0 registers are not loaded"] = kernel => kernel.Begin("context_load_user", ProgramMutant.Return),
        ["x18 and x19 are not saved"] = kernel => kernel.Replace("save", SaveX18, ProgramMutant.Nop),
        ["the virtual timer is not loaded"] = kernel => kernel.Begin("context_load_timer", ProgramMutant.Return),
        ["performance counters do not trap"] = kernel => kernel.Replace("secondary", WriteDebugControl, ProgramMutant.Nop),
        ["the physical timer does not trap"] = kernel => kernel.Replace("secondary", WriteCounterControl, ProgramMutant.Nop),
        ["SMC does not trap"] = kernel => kernel.Replace(
            "Kernel_Redoubt_Kernel_ControlRegisters__Hcr", MoveUpper | (TrapSmc << 5), MoveUpperMask | (TrapSmc << 5), word => word & ~(TrapSmc << 5)),
        ["stage 2 is not switched"] = kernel => kernel.Replace(
            "context_load_world", WriteTranslation, ~0x1fU, _ => ProgramMutant.Nop),
        ["a slot's bound is not checked"] = kernel => kernel.Replace(
            "Kernel_Redoubt_Kernel_Calls__Notify", BranchIfHigherOrSame, ConditionMask, _ => ProgramMutant.Nop, (CompareSlot, ~AnyRegister)),
        ["a time slot has no end"] = kernel => kernel.Begin("cpu_set_alarm", ProgramMutant.Return),
    };

    public static TheoryData<string> Mutants => [.. s_mutants.Keys];

    [Theory]
    [MemberData(nameof(Mutants))]
    public void AMissingProtectionIsNoticed(string mutant)
    {
        string name = $"mutant-{s_mutants.Keys.ToList().IndexOf(mutant)}";
        string kernel = s_mutants[mutant](new ProgramMutant()).Save(name);
        using Machine machine = Machine.Boot(HostileMachine.Build(1, "cortex-a72", kernel, name));
        Exception failure = Assert.ThrowsAny<Exception>(() => HostileMachine.Endure(machine, HostileMachine.Enough, s_patience));
        TestContext.Current.TestOutputHelper?.WriteLine(failure.Message.Split('\n')[0]);
        Assert.Matches("^(disturbed: |(sentinel|heartbeat) did not get on|the machine is off|no milestone of the hostile partition)", failure.Message);
    }

    [Fact]
    public void AMutantOfWhatIsNotThereIsRefused()
    {
        Assert.Contains("no function nowhere", Assert.ThrowsAny<Exception>(() => new ProgramMutant().Begin("nowhere", ProgramMutant.Nop)).Message);
        Assert.Contains("no instruction", Assert.ThrowsAny<Exception>(() => new ProgramMutant().Replace("save", 0, ProgramMutant.Nop)).Message);
    }
}
