"""The audit trail (留痕): what may be written down, and the proof that nothing was changed afterwards."""
