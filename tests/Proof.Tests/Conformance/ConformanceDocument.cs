using System.Globalization;
using System.Text;
using Redoubt.Proof.Check.Boot;
using Redoubt.Proof.Isa;

namespace Redoubt.Proof.Tests.Conformance;

/// <summary>What is compared with QEMU, as a document.</summary>
internal static class ConformanceDocument
{
    /// <summary>The whole document, in Markdown.</summary>
    public static string Write()
    {
        StringBuilder text = new();
        text.Append(Introduction);
        WriteClasses(text);
        text.Append(RegisterIntroduction);
        WriteRegisters(text);
        text.Append(ExceptionIntroduction);
        foreach (Cause cause in Causes.All)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {cause.Name} | {ExceptionTests.States:N0} |\n");
        }

        text.Append(Walks);
        text.Append(Traps);
        foreach (RealSystem system in RealSystem.All)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {system.Name} | {system.Least:N0} | {string.Join(", ", system.Often)} | {string.Join(", ", system.Once)} |\n");
        }

        text.Append(Specification);
        return text.ToString();
    }

    private static readonly string Introduction = string.Create(CultureInfo.InvariantCulture, $"""
        # Conformance of the processor model

        This page is generated from `tests/Proof.Tests/Conformance`, where the comparisons run as tests; one of them fails if the page is not up to date. The proof stands on a
        model of the processor. Here is what of the model is compared with QEMU 7.2, how, and on how many random cases. QEMU is not the Arm manual: where the two differ, it is said.

        ## Instructions

        A class is what the decoder tells apart. *One at a time*: a program at EL2 loads all registers from a record, carries out one instruction, and stores all
        registers; general and vector registers, flags, memory, and where it goes on are compared with the interpreter's. Each class has {ConformanceTests.States:N0} random instructions in random states, and {ConformanceTests.StatesOfForm:N0}
        more for each *form* of it that occurs in kernel or loader: what remains of an instruction if registers, immediates and conditions don't count, such as a 32-bit store of a pair
        at an offset. Every word of the kernel's and the loader's code that the decoder takes for an instruction counts as occurring.

        """);

    private static readonly string RegisterIntroduction = string.Create(CultureInfo.InvariantCulture, $"""

        ## System registers

        The model says that a system register holds what was last written. For each register that kernel and loader use, {RegisterTests.States:N0} random values are written at EL2 and read back, on a Cortex-A72
        and on QEMU's processor with all extensions (`max`): most of them all together, so that none disturbs another; those that change how EL2 runs one by one. What was read once reads
        the same after it is written again, so that a context that is saved, loaded and saved again stays as it is. Bits in HCR_EL2 and CPTR_EL2 that confine a vCPU are all kept; only TLOR and TERR are
        not there on a Cortex-A72, which has nothing that they would keep from a guest.

        Registers that are not in the table keep all bits. QEMU keeps bits that are reserved on real processors, so that there the table is longer; nothing in the kernel depends on such a bit.

        | register | bits kept | read as one | other |
        |---|---|---|---|

        """);

    private static readonly string ExceptionIntroduction = string.Create(CultureInfo.InvariantCulture, $"""

        ## Exceptions and ERET

        A program at EL2 loads HCR_EL2 and CPTR_EL2 as the kernel does for a guest or a service, random general registers, stack pointers and PSTATE, one of two values of VBAR_EL2, and leaves by ERET for one instruction.
        What EL2 finds when it is back is compared with what the Arm manual says: the vector, ESR_EL2, ELR_EL2, SPSR_EL2, FAR_EL2 and HPFAR_EL2 of aborts, x0 to x30, SP_EL0, SP_EL1, and PSTATE at EL2 (level, masks, stack pointer).
        Each cause has {ExceptionTests.States:N0} random states on a Cortex-A72 and as many on `max`.

        - PSTATE comes back from SPSR_EL2 as it was loaded, except SS and bits of extensions that the processor doesn't have.
        - AArch32 at EL0 is taken to the same vectors as AArch64, since HCR_EL2.RW makes EL1 AArch64 (D1.3.1.5); the vectors for AArch32 are not entered.
        - QEMU 7.2 raises no physical SError; that vector is not compared.

        | cause | cases |
        |---|---|

        """);

    private static readonly string Walks = string.Create(CultureInfo.InvariantCulture, $"""

        ## Table walks

        Random trees of translation tables, with pages and blocks of all levels, all permissions, memory types, shareability, access flags and execute-never bits: {WalkTests.States:N0} random addresses for stage 2 and as many for stage 1 of
        EL2, on both processors. What `AT S12E1R`, `AT S12E1W`, `AT S1E2R` and `AT S1E2W` leave in PAR_EL1 is compared with the walk that `check` makes (`src/Proof/Check/StageTables.cs`), that of the executed boot
        (`src/Proof/Check/Boot/Translation.cs`), and that of `inspect` (`src/Image/TableWalk.cs`). An address that the walk doesn't find takes a translation fault. Where the check accepts a descriptor's attributes for some rights, reading,
        writing and, at stage 2, fetching instructions at EL1 succeed with the address and memory type that it takes them for if it has the right, and take a permission fault if not.
        Of descriptors that the check refuses, such as those without access flag, nothing is said.

        QEMU keeps no stale TLB entries that it was told to drop, and is no oracle for those that it was not.

        """);

    private static readonly string Traps = string.Create(CultureInfo.InvariantCulture, $"""

        ## Traps of real systems

        Systems of the repository boot in QEMU with the shipped kernel on one CPU, stopped at each exception vector through QEMU's debug stub. The interpreter starts from the registers and the kernel's state that it finds there, and carries
        out the handler. Values of system registers, of devices' registers and of vector registers come from QEMU when they are read; at each such place x0 to x30, the stack pointer, the flags and the program counter have to agree, and a
        register that was written earlier in the trap has to read as the table above says. At ERET, or WFI of the idle loop, all registers, every system register that was written (as far as the stub shows it: not those of the interrupt controller), the vector
        registers if they were touched, and every word of the state of the CPU and its vCPUs have to agree; at the end of a run also the state of all others. WFI has to leave all registers as they are.

        Each trap belongs to exactly one of the proof's handlers. At most {TrapTests.MostOfAKind} traps are replayed of one kind of exception; of interrupts as many, and then a sample.

        | system | replayed at least | kinds of which there are at least {RealSystem.Dozens} | others that occur |
        |---|---|---|---|

        """);

    private const string Specification = """

        ## Real traps and the specification

        The specification runs beside systems of the repository too. At a trap all that the kernel knows is read from QEMU - memory, the registers of the vCPUs that are loaded, those of the interrupt controller by code that the CPU
        executes for that - and brought to the specification's state by the abstraction that the proof uses. Inputs are what the trap found in ESR_EL2, FAR_EL2, HPFAR_EL2, and what it read of the counter and as the interrupt. Where it ends,
        every word of the state must be what the specification says. `calls` makes random calls on two vCPUs of one partition, `hostile` does all that a partition can, `linux` has a monitor and its guest. A specification without a check that
        refused something, or without what an operation did, is noticed.

        """;

    private static void WriteClasses(StringBuilder text)
    {
        text.Append("\n| class | how | cases |\n|---|---|---|\n");
        foreach (Opcode opcode in Enum.GetValues<Opcode>())
        {
            Shown shown = ConformanceTable.Classes[opcode];
            text.Append(CultureInfo.InvariantCulture, $"| {opcode} | {shown.How} | {(shown.Cases == 0 ? "" : shown.Cases.ToString("N0", CultureInfo.InvariantCulture))} |\n");
        }
    }

    private static void WriteRegisters(StringBuilder text)
    {
        IEnumerable<RegisterBehaviour> On(string processor) => RegisterTable.Together(processor).Concat(RegisterTable.Alone(processor));
        Dictionary<int, RegisterBehaviour> plain = On(Harness.Plain).ToDictionary(register => register.Register);
        foreach (RegisterBehaviour register in On(Harness.Extended).Where(register => register.Kept != ~0UL))
        {
            string kept = plain.GetValueOrDefault(register.Register, register).Kept is var bits && bits == register.Kept ? $"{bits:x}" : $"{bits:x}; `max`: {register.Kept:x}";
            text.Append(CultureInfo.InvariantCulture, $"| {register.Name} | {kept} | {register.Ones:x} | {(register.Free == 0 ? "zero" : $"{register.Free:x} depend on other things, else zero")} |\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"""

            Only written: {Names(RegisterTable.WriteOnly)}; that this changes no other register is compared. Constant: the identification registers and {Names(RegisterTable.Constant.Where(register => register is < FirstIdentification or >= EndIdentification))}.
            Set by hardware: {Names(RegisterTable.SetByHardware)}. Not compared, since no processor of QEMU 7.2 has them: {Names(RegisterTable.NotInQemu)}; boot writes zero to them where they are, and nothing reads them.

            """);
    }

    private const int FirstIdentification = BootRegisters.FirstIdentification, EndIdentification = BootRegisters.EndIdentification;

    private static string Names(IEnumerable<int> registers) => string.Join(", ", registers.Select(BootRegisters.Name));
}
