namespace Redoubt.Abi;

/// <summary>
/// Hypercalls: x0 is the function identifier, x1 and up the arguments; x0 returns a <see cref="Status"/>, x1 and up the results.
/// Identifiers lie in the vendor-specific hypervisor range, 64-bit fast calls (SMC Calling Convention, DEN0028, 2.5 and 6).
/// A partition at EL1 calls with <c>HVC #0</c>, a service at EL0 with <c>SVC #0</c>.
/// </summary>
public static class Call
{
    /// <summary>First identifier of the range; the call number is added to it.</summary>
    public const ulong Base = 0xc600_0000;

    /// <summary>SMCCC general query: UID of the hypervisor in w0 to w3.</summary>
    public const ulong Uid = 0x8600_ff01;

    /// <summary>SMCCC general query: major and minor revision in w0 and w1.</summary>
    public const ulong Revision = 0x8600_ff03;

    /// <summary>Words of Redoubt's UID, 7d0f5c1e-2f0a-4b3c-9a55-5245444f5542.</summary>
    public const ulong Uid0 = 0x1e5c_0f7d, Uid1 = 0x3c4b_0a2f, Uid2 = 0x4552_559a, Uid3 = 0x4255_4f44;

    /// <summary>Version of this interface.</summary>
    public const ulong Version = 1;

    /// <summary>() -> (version, partition, vCPU number in the partition, counter frequency in Hz). The null call.</summary>
    public const ulong Discover = 0;

    /// <summary>(deadline as CNTVCT value, ~0 for none) -> (events, fault kind, ESR, IPA, v0, v1, v2, v3, PC of the guest).</summary>
    public const ulong Wait = 1;

    /// <summary>(slot of an event or interrupt capability) -> ().</summary>
    public const ulong Notify = 2;

    /// <summary>(slot of a vCPU, <see cref="ResumeAction"/>, v0, v1, v2, v3, deadline if it also waits) -> () or as <see cref="Wait"/>.</summary>
    public const ulong Resume = 3;

    /// <summary>(slot of a vCPU, <see cref="Register"/>) -> (value). The vCPU is off, faulted or waiting.</summary>
    public const ulong ReadRegister = 4;

    /// <summary>(slot of a vCPU, <see cref="Register"/>, value) -> (). The vCPU is off or faulted.</summary>
    public const ulong WriteRegister = 5;

    /// <summary>(slot of a vCPU that is off, entry PC, x0) -> (). All other registers take their reset values.</summary>
    public const ulong Start = 6;

    /// <summary>(slot of another vCPU) -> (). The vCPU is off, its virtual interrupts are gone.</summary>
    public const ulong Stop = 7;

    /// <summary>(slot of a vCPU, <see cref="VirtualField"/>, mask, value) -> (). Bits of the field under the mask take the value.</summary>
    public const ulong WriteVirtual = 8;

    /// <summary>(slot of a vCPU, <see cref="VirtualField"/>) -> (value).</summary>
    public const ulong ReadVirtual = 9;

    /// <summary>(slot of a vCPU, virtual INTID, priority 0 to 255) -> ().</summary>
    public const ulong SetPriority = 10;

    /// <summary>(slot of an interrupt) -> (). A physical interrupt that arrived as an event is handled and may fire again.</summary>
    public const ulong Acknowledge = 11;

    /// <summary>(slot of an account or vCPU, <see cref="AccountItem"/>) -> (value).</summary>
    public const ulong Account = 12;

    /// <summary>(slot of the machine, <see cref="MachineAction"/>) -> does not return.</summary>
    public const ulong Machine = 13;

    /// <summary>Number of calls.</summary>
    public const ulong Count = 14;
}

/// <summary>Outcome of a call, in x0. A refused call changes nothing.</summary>
public static class Status
{
    /// <summary>Done.</summary>
    public const ulong Ok = 0;

    /// <summary>No such call; the SMC Calling Convention's NOT_SUPPORTED.</summary>
    public const ulong NotSupported = ~0UL;

    /// <summary>The slot is out of range or holds no capability of the kind that the call needs.</summary>
    public const ulong BadSlot = ~1UL;

    /// <summary>An argument is out of range.</summary>
    public const ulong BadArgument = ~2UL;

    /// <summary>The vCPU is not in a state that allows the call.</summary>
    public const ulong BadState = ~3UL;

    /// <summary>The vCPU is pinned to another CPU than the caller.</summary>
    public const ulong WrongCpu = ~4UL;
}

/// <summary>What <see cref="Call.Resume"/> does to a faulted vCPU; bits that add up.</summary>
public static class ResumeAction
{
    /// <summary>Step over the instruction that faulted.</summary>
    public const ulong Advance = 1;

    /// <summary>v0 goes to the register that the faulting load names (ESR_EL2.ISS.SRT).</summary>
    public const ulong Load = 2;

    /// <summary>v0 to v3 go to x0 to x3: the result of a call.</summary>
    public const ulong Result = 4;

    /// <summary>The guest takes an Undefined Instruction exception.</summary>
    public const ulong Undefined = 8;

    /// <summary>The guest takes a synchronous external abort for the address that faulted.</summary>
    public const ulong Abort = 16;

    /// <summary>The guest waits for an interrupt before it goes on.</summary>
    public const ulong Suspend = 32;

    /// <summary>The caller then waits, as with <see cref="Call.Wait"/>.</summary>
    public const ulong Wait = 256;
}

/// <summary>Why a guest's vCPU stopped and its monitor was asked.</summary>
public static class FaultKind
{
    /// <summary>No fault.</summary>
    public const ulong None = 0;

    /// <summary>Data abort at stage 2. v0 is the value of the register that a store names.</summary>
    public const ulong Data = 1;

    /// <summary>Instruction abort at stage 2.</summary>
    public const ulong Instruction = 2;

    /// <summary>HVC or SMC that the kernel does not serve. v0 to v3 are x0 to x3.</summary>
    public const ulong Call = 3;

    /// <summary>Any other exception that came to EL2; ESR tells.</summary>
    public const ulong Other = 4;

    /// <summary>SError taken while the guest ran.</summary>
    public const ulong SError = 5;
}

/// <summary>Fields of the virtual interrupt state; each is a 64-bit word with one bit for each virtual INTID.</summary>
public static class VirtualField
{
    /// <summary>Forwarded to the vCPU when pending.</summary>
    public const ulong Enabled = 0;

    /// <summary>Latched as pending. A hardware interrupt's bit can't be written. Reads include the line and the list registers.</summary>
    public const ulong Pending = 1;

    /// <summary>Level of the line of a level-sensitive interrupt: pending as long as it is 1. A hardware interrupt's bit can't be set.</summary>
    public const ulong Line = 2;

    /// <summary>Active. Only clearing takes effect.</summary>
    public const ulong Active = 3;

    /// <summary>Number of fields.</summary>
    public const ulong Count = 4;
}

/// <summary>What <see cref="Call.Account"/> reads.</summary>
public static class AccountItem
{
    /// <summary>Time run, in counter ticks.</summary>
    public const ulong Runtime = 0;

    /// <summary>Hypercalls.</summary>
    public const ulong Calls = 1;

    /// <summary>Faults given to the monitor or reflected.</summary>
    public const ulong Faults = 2;

    /// <summary>System register traps served by the kernel.</summary>
    public const ulong Registers = 3;

    /// <summary>Physical interrupts taken.</summary>
    public const ulong Interrupts = 4;

    /// <summary>WFI traps.</summary>
    public const ulong Waits = 5;

    /// <summary>Lifecycle of the vCPU, see <see cref="Lifecycle"/>.</summary>
    public const ulong State = 6;

    /// <summary>Number of items.</summary>
    public const ulong Count = 7;
}

/// <summary>States of a vCPU.</summary>
public static class Lifecycle
{
    /// <summary>Not started.</summary>
    public const ulong Off = 0;

    /// <summary>Runs or could run.</summary>
    public const ulong Ready = 1;

    /// <summary>Waits for an event or interrupt.</summary>
    public const ulong Waiting = 2;

    /// <summary>Stopped by a fault until its monitor resumes it.</summary>
    public const ulong Faulted = 3;
}

/// <summary>What <see cref="Call.Machine"/> does, through PSCI (DEN0022) of the firmware below.</summary>
public static class MachineAction
{
    /// <summary>PSCI SYSTEM_OFF.</summary>
    public const ulong Off = 0;

    /// <summary>PSCI SYSTEM_RESET.</summary>
    public const ulong Reset = 1;
}
