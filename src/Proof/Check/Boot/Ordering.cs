using Redoubt.Proof.Execution;
using Redoubt.Proof.Isa;
using static Redoubt.Proof.Check.Boot.BootRegisters;

namespace Redoubt.Proof.Check.Boot;

/// <summary>
/// What is not visible in values: that translations and instructions cached before boot are forgotten before they could be used, and that
/// what was written to a register has taken effect where it matters (Arm ARM B2.3, D8.16, D19.1.2).
/// </summary>
internal sealed class Ordering
{
    private const int InstructionBarrier = 6, DataBarrier = 4, NonShareable = 7, InnerShareable = 11;
    private const ulong NoVectors = 1 << 10, MmuOn = 1;

    private Stage _own, _guests, _code;
    private bool _unfinished, _broadcast, _mmuUnsynchronised, _vectorsAllowed, _vectorsWillBe;

    /// <summary>How far an invalidation has come.</summary>
    private enum Stage
    {
        Stale, Invalidated, Complete, Synchronised,
    }

    /// <summary>A system register is written.</summary>
    public void Write(int register, ulong value)
    {
        if (register == Ttbr0El2 || register == TcrEl2 || register == MairEl2)
        {
            _own = Stage.Stale;
        }
        else if (register == SctlrEl2 && (value & MmuOn) != 0)
        {
            if (_own != Stage.Synchronised)
                throw new BootException("turns the MMU on while old translations of EL2 may be in the TLB");
            if (_code != Stage.Synchronised)
                throw new BootException("turns the MMU on while old instructions may be in the cache");
            _mmuUnsynchronised = true;
        }
        else if (register == SystemRegisters.CptrEl2)
        {
            _vectorsAllowed = false;
            _vectorsWillBe = (value & NoVectors) == 0;
        }
    }

    /// <summary>A TLB or cache operation.</summary>
    public void Maintain(int operation)
    {
        if (operation == TlbiAlle2)
            _own = Stage.Invalidated;
        else if (operation == TlbiAlle1 || operation == SystemRegisters.TlbiAlle1Is)
            _guests = Stage.Invalidated;
        else if (operation == IcIallu || operation == SystemRegisters.IcIalluIs)
            _code = Stage.Invalidated;
        else if (operation != TlbiVmalle1)
            return;
        _unfinished = true;
        _broadcast |= operation == SystemRegisters.TlbiAlle1Is || operation == SystemRegisters.IcIalluIs;
    }

    /// <summary>A barrier.</summary>
    public void Barrier(Instruction barrier)
    {
        if (barrier.Top == InstructionBarrier)
        {
            (_own, _guests, _code) = (After(_own, Stage.Complete, Stage.Synchronised), After(_guests, Stage.Complete, Stage.Synchronised), After(_code, Stage.Complete, Stage.Synchronised));
            _mmuUnsynchronised = false;
            _vectorsAllowed = _vectorsWillBe;
        }
        else if (barrier.Top == DataBarrier && (barrier.Variant & 3) == 3 && barrier.Variant >= (_broadcast ? InnerShareable : NonShareable))
        {
            _own = After(_own, Stage.Invalidated, Stage.Complete);
            _guests = After(_guests, Stage.Invalidated, Stage.Complete);
            _code = After(_code, Stage.Invalidated, Stage.Complete);
            _unfinished = _broadcast = false;
        }
    }

    /// <summary>An instruction other than a barrier is about to begin.</summary>
    public void Begin()
    {
        if (_mmuUnsynchronised)
            throw new BootException("goes on without ISB after it has turned the MMU on");
    }

    /// <summary>A vector register is used.</summary>
    public void UseVectors()
    {
        if (!_vectorsAllowed)
            throw new BootException("uses a vector register while CPTR_EL2.TFP may trap it");
    }

    /// <summary>ERET to a partition.</summary>
    public void Return()
    {
        if (_guests < Stage.Complete)
            throw new BootException("enters a partition while old translations of EL1 may be in the TLB");
        if (_unfinished)
            throw new BootException("enters a partition before an invalidation is complete");
    }

    private static Stage After(Stage stage, Stage from, Stage to) => stage == from ? to : stage;
}
