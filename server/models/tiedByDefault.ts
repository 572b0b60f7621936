/**
 * `model_type`s that tie input and output embeddings unless their configuration says otherwise: the defaults of the
 * configuration classes of transformers 5.23 for causal and picture-to-text models; all other types do not.
 */
const types = `
  aya_vision bart bert bert-generation big_bird bigbird_pegasus biogpt blenderbot blenderbot-small
  blip bloom camembert cohere cohere2 cohere2_moe cohere2_vision cohere_compass_text cpmant ctrl
  data2vec-text deepseek_vl deepseek_vl_hybrid diffusion_gemma electra ernie ernie4_5 ernie4_5_moe
  ernie4_5_vl_moe falcon falcon_mamba florence2 gemma gemma2 gemma3 gemma3_text gemma3n gemma3n_text
  gemma4 gemma4_text gemma4_unified gemma4_unified_assistant gemma4_unified_text got_ocr2 gpt-sw3 gpt2
  gpt_bigcode gpt_neo gpt_neox_japanese granite_docling granite_swa hunyuan_vl hyperclovax_vision_v2
  internvl janus jetmoe kimi_k25 kosmos-2 kosmos-2.5 lfm2 lfm2_moe lfm2_vl lfm3 lfm3_vl lighton_ocr
  mamba marian mbart megatron-bert minicpm3 minicpm_ocr mistral3 modernbert-decoder
  moss_transcribe_diarize mpt mvp openai-gpt opt ovis2 paddleocr_vl paligemma pegasus plbart
  pp_chart2table prophetnet recurrent_gemma roberta roberta-prelayernorm roc_bert roformer
  shieldgemma2 smollm3 starcoder2 t5gemma2 trocr udop vaultgemma whisper xglm xlm xlm-roberta
  xlm-roberta-xl xlnet xmod youtu zamba zamba2 zaya
`;

export const tiedByDefault: ReadonlySet<string> = new Set(types.trim().split(/\s+/));
